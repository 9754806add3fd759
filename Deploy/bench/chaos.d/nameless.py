"""Copies of DICOM files that name no study: a worker takes no file of another one than its event's."""

import pathlib
import re

HEAD = 1 << 16
# Study and Series Instance UID (0020,000D and 000E): explicit of either byte order, and implicit.
ELEMENT = re.compile(
    rb"(?:\x20\x00[\x0d\x0e]\x00UI(.)\x00|\x00\x20\x00[\x0d\x0e]UI\x00(.)"
    rb"|\x20\x00[\x0d\x0e]\x00(.)\x00\x00\x00)[0-9]", re.DOTALL)


def without_study(data):
    """The bytes with the values of Study and Series Instance UIDs filled with zeros."""
    out = bytearray(data)
    for found in ELEMENT.finditer(data, 0, HEAD):
        length = ord(next(group for group in found.groups() if group))
        out[found.end() - 1:found.end() - 1 + length] = bytes(length)
    return bytes(out)


def copies(source, names, target):
    """Writes copies into a folder and gives its path."""
    folder = pathlib.Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(without_study((pathlib.Path(source) / name).read_bytes()))
    return str(folder)

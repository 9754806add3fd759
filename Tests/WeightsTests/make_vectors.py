"""Makes Vectors/headers.txt: small files, good and damaged, and whether safetensors takes them.

Needs safetensors 0.8.0 and numpy. Each line is `+` or `-` and the file in base64. Files that only our
reader refuses on purpose are left out: a name twice, space before the header's brace (the format's text asks
for the brace first), and a side of 2^63 in a tensor without elements.
"""

import base64
import json
import pathlib
import random
import struct

from safetensors import SafetensorError, deserialize

HERE = pathlib.Path(__file__).parent / "Vectors"
RANDOM = random.Random(29)
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1,
         "BOOL": 1}


def good():
    header, end = {}, 0
    if RANDOM.random() < 0.3:
        header["__metadata__"] = {"format": "pt"}
    for index in range(RANDOM.randint(0, 3)):
        kind = RANDOM.choice(list(SIZES))
        shape = [RANDOM.choice([0, 1, 2, 3]) for _ in range(RANDOM.randint(0, 3))]
        size = SIZES[kind]
        for side in shape:
            size *= side
        header[f"t{index}"] = {"dtype": kind, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    items = list(header.items())
    RANDOM.shuffle(items)
    return dict(items), bytes(RANDOM.randrange(256) for _ in range(end))


def pack(header, data, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def edited():
    """One field of a good header changed."""
    header, data = good()
    names = [name for name in header if name != "__metadata__"]
    if not names:
        return pack(header, data + b"\0")
    entry = header[RANDOM.choice(names)]
    choice = RANDOM.randrange(10)
    if choice == 0:
        entry["data_offsets"][RANDOM.randrange(2)] += RANDOM.choice([-8, -1, 1, 4, 2**40, 2**63])
    elif choice == 1:
        entry["shape"] = entry["shape"] + [RANDOM.choice([0, 1, 2, -1, 2**32, 2**63, 1.0, "1"])]
    elif choice == 2:
        del entry[RANDOM.choice(list(entry))]
    elif choice == 3:
        entry["data_offsets"] = RANDOM.choice([[], [0], [0, 1, 2], "0", None, {}, [0, None]])
    elif choice == 4:
        entry["shape"] = RANDOM.choice([None, "x", {}, [2**32, 2**32], [None]])
    elif choice == 5:
        entry["dtype"] = RANDOM.choice(["f32", "", None, 3, "FLOAT"])
    elif choice == 6:
        data += b"\0" * RANDOM.randint(1, 9)
    elif choice == 7:
        data = data[:-1]
    elif choice == 8:
        header["__metadata__"] = RANDOM.choice([{"a": 1}, "x", [], {"a": None}, {}])
    else:
        entry["more"] = RANDOM.choice([1, "x", {}])
    return pack(header, data)


def bytewise():
    """A good file with some bytes changed, cut or added."""
    file = bytearray(pack(*good()))
    for _ in range(RANDOM.randint(1, 2)):
        choice = RANDOM.randrange(4)
        place = RANDOM.randrange(len(file))
        if choice == 0:
            file[place] = RANDOM.randrange(256)
        elif choice == 1:
            file[place] ^= 1 << RANDOM.randrange(8)
        elif choice == 2:
            del file[place:place + RANDOM.randint(1, 4)]
        else:
            file[place:place] = bytes([RANDOM.choice(b' {}[]",:0\\\xff')])
        if not file:
            break
    return bytes(file)


def special():
    header, data = good()
    text = json.dumps(header).encode()
    yield b""
    yield b"\0" * 7
    yield b"\0" * 8
    yield pack(b"{}", b"")
    yield pack(b" {}", b"")
    yield pack(b"{} " * 3, b"")
    yield pack(b"{}      ", b"")
    yield pack(b"[]", b"")
    yield pack(b"null", b"")
    yield pack(text, data, length=2**63)
    yield pack(text, data, length=2**64 - 1)
    yield pack(text, data, length=100_000_001)
    yield pack(text, data, length=len(text) + 1)
    yield pack(text, data, length=max(len(text) - 1, 0))
    yield pack(b'{"a":' * 100 + b"1" + b"}" * 100, b"")
    yield pack(b'{"\xff":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}', b"")
    yield pack(b'{"\\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}', b"")
    yield pack(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
               b'"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"\0")
    yield pack(b'{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},'
               b'"b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}', b"")


def accepts(file):
    try:
        deserialize(file)
        return True
    except (SafetensorError, OverflowError, ValueError):
        return False


def judged_alike(file):
    """False for what only our reader refuses."""
    text = file[8:8 + int.from_bytes(file[:8], "little")]
    if text[:1] != b"{" and text.lstrip()[:1] == b"{" or str(2**63).encode() in text:
        return False
    try:
        names = []
        json.loads(text, object_pairs_hook=lambda pairs: names.append(
            len(pairs) == len({k for k, _ in pairs})) or dict(pairs))
        return all(names)
    except (ValueError, RecursionError):
        return True


def main():
    files = list(special()) + [pack(*good()) for _ in range(200)]
    files += [edited() for _ in range(500)] + [bytewise() for _ in range(800)]
    HERE.mkdir(exist_ok=True)
    lines = [("+" if accepts(f) else "-") + base64.b64encode(f).decode()
             for f in files if judged_alike(f)]
    (HERE / "headers.txt").write_text("\n".join(lines) + "\n")
    print(len(lines), sum(line[0] == "+" for line in lines))


main()

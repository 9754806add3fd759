#!/usr/bin/env python3
"""Checks an audit log of Vigil, and shares no code with it.

    verify.py log DIR --key trail.pub [--held FILE]... [--json]    an export of 'vigil audit export'
    verify.py proof FILE --key trail.pub [--record FILE] [--json]  a proof of 'vigil audit prove'

Written from RFC 9162 (Merkle trees), and from C2SP's signed-note, tlog-checkpoint, tlog-tiles and
tlog-proof. Ed25519 is PyPI `cryptography` where it is installed, else the command openssl (3.0 or
later). Everything else is Python 3.11 alone.

Exit codes: 0 as it was written, 64 wrong usage, 65 changed, 66 nothing there, 69 no Ed25519 here."""

import argparse
import base64
import binascii
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

EXIT_USAGE, EXIT_BROKEN, EXIT_NOTHING, EXIT_UNAVAILABLE = 64, 65, 66, 69
WIDTH = 256
DASH = "\u2014 "
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
# DER of an Ed25519 public key but for its 32 bytes (RFC 8410).
DER = bytes.fromhex("302a300506032b6570032100")

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None


class Broken(Exception):
    """Something is not as a worker wrote it."""


# Keys and notes


def b64(text):
    """The bytes of base64, of which there is one text alone."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Broken("base64 is malformed") from None
    if base64.b64encode(data).decode() != text:
        raise Broken("base64 is not in its one form")
    return data


class Key:
    """A public key (PEM)."""

    def __init__(self, pem):
        lines = [line.strip() for line in pem.decode("ascii", "replace").splitlines()]
        try:
            first = lines.index("-----BEGIN PUBLIC KEY-----")
            last = lines.index("-----END PUBLIC KEY-----")
            der = base64.b64decode("".join(lines[first + 1:last]), validate=True)
        except (ValueError, binascii.Error):
            der = b""
        if len(der) != len(DER) + 32 or not der.startswith(DER):
            raise ValueError("that is no Ed25519 public key in PEM")
        self.pem, self.raw = pem, der[len(DER):]

    def id(self, name, kind=b"\x01"):
        """What a note's signature begins with; of a witness's the kind is 4 (C2SP tlog-cosignature)."""
        return hashlib.sha256(name.encode() + b"\n" + kind + self.raw).digest()[:4]

    def verifies(self, signature, message):
        if len(signature) != 64:
            return False
        if Ed25519PublicKey is None:
            return self._by_openssl(signature, message)
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
            return True
        except InvalidSignature:
            return False

    def _by_openssl(self, signature, message):
        with tempfile.TemporaryDirectory() as folder:
            paths = [pathlib.Path(folder, name) for name in ("key", "signature", "message")]
            for path, data in zip(paths, (self.pem, signature, message)):
                path.write_bytes(data)
            return subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", paths[0], "-rawin",
                 "-sigfile", paths[1], "-in", paths[2]], capture_output=True).returncode == 0


class Checkpoint:
    """A signed checkpoint: origin, size and root, under a known key's signature."""

    def __init__(self, note, keys):
        try:
            text = note.decode("utf-8")
        except UnicodeDecodeError:
            raise Broken("a checkpoint is no text") from None
        if any(ord(letter) < 0x20 and letter != "\n" for letter in text):
            raise Broken("a checkpoint holds a control character")
        lines = text.split("\n")
        if len(lines) < 6 or lines[-1] != "" or lines[3] != "":
            raise Broken("a checkpoint is not three lines, an empty one and signatures")
        self.origin, size, root = lines[:3]
        if not self.origin or not re.fullmatch("0|[1-9][0-9]{0,18}", size):
            raise Broken("a checkpoint's origin or size is malformed")
        self.size, self.root, self.note = int(size), b64(root), note
        if len(self.root) != 32:
            raise Broken("a checkpoint's root is no SHA-256")
        self.cosigned = []
        body, signed = ("\n".join(lines[:3]) + "\n").encode(), False
        self.body = body
        for line in lines[4:-1]:
            parts = line[len(DASH):].split(" ")
            if not line.startswith(DASH) or len(parts) != 2 or not parts[0]:
                raise Broken("a line of a signature is malformed")
            data = b64(parts[1])
            self.cosigned.append((parts[0], data))
            for key in keys:
                if parts[0] == self.origin and data[:4] == key.id(parts[0]):
                    if not key.verifies(data[4:], body):
                        raise Broken("a checkpoint's signature is not of its text")
                    signed = True
        if not signed:
            raise Broken("a checkpoint is signed by no key that is known")

    def check_witness(self, name, key):
        """Whether a witness vouched for it, at some time."""
        for signer, data in self.cosigned:
            if signer == name and data[:4] == key.id(name, b"\x04"):
                seconds = int.from_bytes(data[4:12], "big")
                message = f"cosignature/v1\ntime {seconds}\n".encode() + self.body
                if not key.verifies(data[12:], message):
                    raise Broken(f"the cosignature of {name} is not of its text")
                return
        raise Broken(f"a checkpoint is not cosigned by {name}")


# Trees (RFC 9162, section 2.1)


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """A growing tree's right edge, and its root after any of the sizes that were asked for."""

    def __init__(self, sizes):
        self.peaks, self.size, self.roots, self.wanted = [], 0, {}, set(sizes)
        self._note()

    def append(self, digest):
        size = 1
        while self.peaks and self.peaks[-1][0] == size:
            digest = node_hash(self.peaks.pop()[1], digest)
            size *= 2
        self.peaks.append((size, digest))
        self.size += 1
        self._note()

    def _note(self):
        if self.size in self.wanted:
            self.roots[self.size] = self.root()

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        digest = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            digest = node_hash(left, digest)
        return digest


def root_by_path(index, size, digest, path):
    """The root that a leaf's inclusion proof comes to (section 2.1.3.2)."""
    if not 0 <= index < size:
        raise Broken("the proof's index is not in the tree")
    node, last = index, size - 1
    for sibling in path:
        if last == 0:
            raise Broken("the proof is too long")
        if node & 1 or node == last:
            digest = node_hash(sibling, digest)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Broken("the proof is too short")
    return digest


# An export (C2SP tlog-tiles)


def tile_name(index, width):
    parts = []
    while True:
        parts.insert(0, f"{index % 1000:03}")
        index //= 1000
        if not index:
            break
    name = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"


def entries(files, size, seen):
    """The leaves of all bundles, in order."""
    for first in range(0, size, WIDTH):
        width = min(WIDTH, size - first)
        path = "tile/entries/" + tile_name(first // WIDTH, width)
        data, place = files.get(path), 0
        if data is None:
            raise Broken(f"{path} is missing")
        seen.add(path)
        for _ in range(width):
            length = int.from_bytes(data[place:place + 2], "big")
            leaf = data[place + 2:place + 2 + length]
            if len(data) < place + 2 or len(leaf) != length:
                raise Broken(f"{path} ends within a leaf")
            place += 2 + length
            yield leaf
        if place != len(data):
            raise Broken(f"{path} holds more than {width} leaves")


def check_tiles(files, hashes, seen):
    """Whether all tiles of hashes are those of the leaves."""
    level, row = 0, hashes
    while row:
        above = []
        for first in range(0, len(row), WIDTH):
            part = row[first:first + WIDTH]
            path = f"tile/{level}/{tile_name(first // WIDTH, len(part))}"
            if files.get(path) != b"".join(part):
                raise Broken(f"{path} is missing or not of the leaves")
            seen.add(path)
            if len(part) == WIDTH:
                edge = Edge([])
                for digest in part:
                    edge.append(digest)
                above.append(edge.root())
        level, row = level + 1, above


def check_leaf(leaf, origin, index):
    """Whether a leaf says itself that it stands here."""
    try:
        said = json.loads(leaf)
        is_here = said["tree"] == origin and said["index"] == index and "event" in said
    except (ValueError, KeyError, TypeError, RecursionError):
        is_here = False
    if not is_here:
        raise Broken(f"leaf {index} says that it stands elsewhere, or nothing")
    return said


def verify_log(files, keys, held=()):
    """Holds the files of one log against its checkpoints and those held outside; raises Broken.

    files: bytes by their path below the log's folder.
    Gives origin, size and how many checkpoints were held against the leaves."""
    if "checkpoint" not in files:
        raise Broken("checkpoint is missing")
    newest, seen = Checkpoint(files["checkpoint"], keys), {"checkpoint"}
    signed = {}
    for path in files:
        if path.startswith("checkpoints/"):
            signed[path] = Checkpoint(files[path], keys)
            if path != f"checkpoints/{signed[path].size}":
                raise Broken(f"{path} stands under another size's name")
            seen.add(path)
    others = [*signed.values(), *held]
    if any(other.origin != newest.origin for other in others):
        raise Broken("a checkpoint is of another log")
    behind = [other.size for other in others if other.size > newest.size]
    if behind:
        raise Broken(f"truncated: {newest.size} leaves, and a checkpoint tells of {max(behind)}")
    edge, hashes = Edge([newest.size, *(other.size for other in others)]), []
    leaves = list(entries(files, newest.size, seen))
    for leaf in leaves:
        hashes.append(leaf_hash(leaf))
        edge.append(hashes[-1])
    for other in (newest, *others):
        if edge.roots[other.size] != other.root:
            raise Broken(f"the leaves are not those that were signed at size {other.size}")
    for index, leaf in enumerate(leaves):
        check_leaf(leaf, newest.origin, index)
    check_tiles(files, hashes, seen)
    if strangers := set(files) - seen:
        raise Broken(f"{min(strangers)} belongs to no log of this size")
    return newest.origin, newest.size, len(others) + 1


def logs_below(root):
    """Each log's folder, as its files."""
    for path in sorted(pathlib.Path(root).rglob("checkpoint")):
        folder = path.parent
        yield str(folder.relative_to(root)), {
            str(file.relative_to(folder)): file.read_bytes()
            for file in folder.rglob("*") if file.is_file()}


# A proof (C2SP tlog-proof)


def verify_proof(text, keys, record=None):
    """The leaf that a proof shows to be in its log; raises Broken.

    record: a record's value that the leaf must tell of."""
    head, gap, note = text.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if not gap or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Broken("that is no proof of C2SP tlog-proof")
    extra, index = lines[1].split(" "), lines[2].split(" ")
    if len(extra) != 2 or extra[0] != "extra" or len(index) != 2 or index[0] != "index" \
            or not re.fullmatch("0|[1-9][0-9]{0,18}", index[1]):
        raise Broken("the proof's leaf or index is malformed")
    leaf, path = b64(extra[1]), [b64(line) for line in lines[3:]]
    if any(len(digest) != 32 for digest in path):
        raise Broken("a hash of the proof is no SHA-256")
    checkpoint = Checkpoint(note, keys)
    root = root_by_path(int(index[1]), checkpoint.size, leaf_hash(leaf), path)
    if root != checkpoint.root:
        raise Broken("the leaf is not in the log that was signed")
    said = check_leaf(leaf, checkpoint.origin, int(index[1]))
    if record is not None and hashlib.sha256(record).hexdigest() not in [
            one.get("sha256") for one in said.get("records", [])]:
        raise Broken("the leaf does not tell of this record")
    return said, checkpoint


# The command


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def run_log(options, keys):
    held = [Checkpoint(pathlib.Path(path).read_bytes(), keys) for path in options.held]
    for name, _, path in (text.partition("=") for text in options.witness):
        for one in held:
            one.check_witness(name, Key(pathlib.Path(path).read_bytes()))
    good, names = True, set()
    for name, files in logs_below(options.path):
        names.add(name)
        said = {"log": name}
        try:
            if not NAME.fullmatch(name):
                raise Broken("the folder's name is no log's")
            origin, size, count = verify_log(
                files, keys, [one for one in held if one.origin == name])
            if origin != name:
                raise Broken("the checkpoint is of another log than the folder")
            said |= {"good": True, "leaves": size, "checkpoints": count}
        except Broken as fault:
            said |= {"good": False, "fault": str(fault)}
            good = False
        tell(options, said)
    for one in held:
        if one.origin not in names:
            tell(options, {"log": one.origin, "good": False, "fault": "the whole log is missing"})
            good = False
    if not names and not held:
        print("verify.py: there is no log below that folder", file=sys.stderr)
        sys.exit(EXIT_NOTHING)
    return good


def run_proof(options, keys):
    record = pathlib.Path(options.record).read_bytes() if options.record else None
    try:
        said, checkpoint = verify_proof(pathlib.Path(options.path).read_bytes(), keys, record)
    except Broken as fault:
        tell(options, {"good": False, "fault": str(fault)})
        return False
    tell(options, {"good": True, "log": checkpoint.origin, "size": checkpoint.size, "leaf": said})
    return True


def tell(options, said):
    if options.json:
        print(json.dumps(said))
    elif said["good"]:
        print(f"good: {said['log']}, {said.get('leaves', said.get('size'))} leaves"
              + (f"; leaf {said['leaf']['index']}: {json.dumps(said['leaf'])}"
                 if "leaf" in said else f", {said['checkpoints']} checkpoints"))
    else:
        print(f"BROKEN: {said.get('log', 'the proof')}: {said['fault']}")


def main():
    parser = Parser(prog="verify.py", description="Checks an audit log of Vigil.")
    kinds = parser.add_subparsers(dest="kind", required=True, parser_class=Parser)
    for kind, what in (("log", "a folder of 'vigil audit export'"),
                       ("proof", "a file of 'vigil audit prove'")):
        one = kinds.add_parser(kind, help=what)
        one.add_argument("path", help=what)
        one.add_argument("--key", action="append", required=True, help="a public key (PEM)")
        one.add_argument("--json", action="store_true", help="a line of JSON each")
        if kind == "log":
            one.add_argument("--held", action="append", default=[],
                             help="a checkpoint that was kept outside")
            one.add_argument("--witness", action="append", default=[], metavar="NAME=FILE",
                             help="who must have cosigned what is held, and the public key")
        else:
            one.add_argument("--record", help="the value of a record that the leaf must tell of")
    options = parser.parse_args()
    try:
        keys = [Key(pathlib.Path(path).read_bytes()) for path in options.key]
        good = run_log(options, keys) if options.kind == "log" else run_proof(options, keys)
    except (OSError, ValueError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        sys.exit(EXIT_UNAVAILABLE if "openssl" in str(error) else EXIT_NOTHING)
    except Broken as fault:
        print(f"verify.py: a held checkpoint: {fault}", file=sys.stderr)
        sys.exit(EXIT_BROKEN)
    sys.exit(0 if good else EXIT_BROKEN)


if __name__ == "__main__":
    main()

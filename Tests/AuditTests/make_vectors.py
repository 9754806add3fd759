"""Vectors of Merkle trees, tiles and notes, by a twin that shares no code with Vigil.

Trees are hashed by RFC 9162's recursive definition, and proofs by its recursive PATH and SUBPROOF, not
by the iterative forms that Vigil checks with. Run from this folder:
    python make_vectors.py > Vectors/trees.json
Needs PyPI `cryptography`."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [mth(leaves[k:])]
    return path(m - k, leaves[k:]) + [mth(leaves[:k])]


def subproof(m, leaves, whole):
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = split(n)
    if m <= k:
        return subproof(m, leaves[:k], whole) + [mth(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [mth(leaves[:k])]


def tile_name(index, width):
    parts = []
    while True:
        parts.insert(0, "%03d" % (index % 1000))
        index //= 1000
        if not index:
            break
    name = "/".join(["x" + part for part in parts[:-1]] + parts[-1:])
    return name + (f".p/{width}" if width < 256 else "")


def tiles(leaves):
    found, level, row = {}, 0, leaves
    while row:
        for first in range(0, len(row), 256):
            part = row[first:first + 256]
            found[f"tile/{level}/{tile_name(first // 256, len(part))}"] = hashlib.sha256(
                b"".join(part)).hexdigest()
        row = [mth(row[i:i + 256]) for i in range(0, len(row) // 256 * 256, 256)]
        level += 1
    return found


def data(index):
    return hashlib.sha256(b"leaf %d" % index).digest()[:index % 33]


def note():
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    name = "vigil/workers/worker-1"
    body = f"{name}\n7\n{base64.b64encode(mth([leaf_hash(data(i)) for i in range(7)])).decode()}\n"
    key_id = hashlib.sha256(name.encode() + b"\n\x01" + raw).digest()[:4]
    line = base64.b64encode(key_id + key.sign(body.encode())).decode()
    return {
        "public": key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "vkey": f"{name}+{key_id.hex()}+{base64.b64encode(bytes([1]) + raw).decode()}",
        "note": f"{body}\n\u2014 {name} {line}\n"}


def main():
    leaves = [leaf_hash(data(i)) for i in range(300)]
    sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31, 64, 100, 255, 256, 257, 300]
    pairs = [(a, b) for b in sizes for a in sizes if 0 < a <= b]
    big = [leaf_hash(b"%d" % i) for i in range(70_000)]
    print(json.dumps({
        "roots": {str(n): mth(leaves[:n]).hex() for n in sizes},
        "inclusion": [
            {"index": m, "size": n, "path": [h.hex() for h in path(m, leaves[:n])]}
            for n in sizes if n for m in sorted({0, n // 3, n // 2, n - 1})],
        "consistency": [
            {"from": a, "to": b, "path": [h.hex() for h in subproof(a, leaves[:b], True)]}
            for a, b in pairs],
        "tiles": {"size": 70_000, "count": len(tiles(big)), "digest": hashlib.sha256(
            "".join(f"{k} {v}\n" for k, v in sorted(tiles(big).items())).encode()).hexdigest()},
        "note": note(),
    }, indent=1))


if __name__ == "__main__":
    main()

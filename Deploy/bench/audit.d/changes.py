"""An audit log as an attacker may leave it: one change at a time, all hashes made to fit again."""

import base64
import hashlib
import json

import verify


def files_of(leaves, notes):
    """The files of an export, by a writer that shares no code with Vigil.

    notes: signed checkpoints by their size; the largest is the log's own."""
    size = max(notes)
    files = {f"checkpoints/{key}": note for key, note in notes.items()}
    files["checkpoint"] = notes[size]
    for first in range(0, size, verify.WIDTH):
        part = leaves[first:min(size, first + verify.WIDTH)]
        path = "tile/entries/" + verify.tile_name(first // verify.WIDTH, len(part))
        files[path] = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part)
    level, row = 0, [verify.leaf_hash(leaf) for leaf in leaves[:size]]
    while row:
        parts = [row[at:at + verify.WIDTH] for at in range(0, len(row), verify.WIDTH)]
        for number, part in enumerate(parts):
            files[f"tile/{level}/{verify.tile_name(number, len(part))}"] = b"".join(part)
        row = [root(part) for part in parts if len(part) == verify.WIDTH]
        level += 1
    return files


def root(hashes):
    edge = verify.Edge([])
    for digest in hashes:
        edge.append(digest)
    return edge.root()


def leaves_of(files, size):
    return list(verify.entries(files, size, set()))


def numbered(leaves):
    """The leaves with their own places written into them."""
    for index, leaf in enumerate(leaves):
        said = json.loads(leaf)
        said["index"] = index
        yield json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()


class Attacker:
    """Changes one log.

    sign: what the worker's own key makes of a text."""

    def __init__(self, files, key, sign, random):
        self.files, self.key, self.sign, self.random = files, key, sign, random
        self.newest = verify.Checkpoint(files["checkpoint"], [key])
        self.leaves = leaves_of(files, self.newest.size)
        self.notes = {self.newest.size: files["checkpoint"]} | {
            int(path.split("/")[1]): note
            for path, note in files.items() if path.startswith("checkpoints/")}

    def flip(self):
        path = self.random.choice(sorted(self.files))
        data = bytearray(self.files[path])
        data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        return self.files | {path: bytes(data)}

    def delete(self):
        if self.random.random() < 0.2:
            path = self.random.choice(
                sorted(path for path in self.files if not path.startswith("checkpoints/")))
            return {name: data for name, data in self.files.items() if name != path}
        at = self.random.randrange(len(self.leaves))
        left = [*self.leaves[:at], *self.leaves[at + 1:]]
        return self._with(self._maybe_numbered(left))

    def swap(self):
        first, second = self.random.sample(range(len(self.leaves)), 2)
        leaves = list(self.leaves)
        leaves[first], leaves[second] = leaves[second], leaves[first]
        return self._with(self._maybe_numbered(leaves))

    def truncate(self):
        """Nothing of what is left is wrong: only who holds a later checkpoint can tell."""
        size = self.random.choice([size for size in self.notes if size < self.newest.size])
        return files_of(self.leaves, {key: note for key, note in self.notes.items() if key <= size})

    def fork(self):
        """Rewritten by who has the key: only who holds an old checkpoint can tell."""
        at = self.random.randrange(len(self.leaves))
        said = json.loads(self.leaves[at])
        said["at"] = "2026-01-01T00:00:00.000000Z"
        leaves = [*self.leaves[:at],
                  json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode(),
                  *self.leaves[at + 1:]]
        edge = verify.Edge(self.notes)
        for leaf in leaves:
            edge.append(verify.leaf_hash(leaf))
        return files_of(leaves, {
            size: note if size <= at else self._signed(size, edge.roots[size])
            for size, note in self.notes.items()})

    def _signed(self, size, digest):
        name = self.newest.origin
        body = f"{name}\n{size}\n{base64.b64encode(digest).decode()}\n"
        line = base64.b64encode(self.key.id(name) + self.sign(body.encode())).decode()
        return f"{body}\n{verify.DASH}{name} {line}\n".encode()

    def _maybe_numbered(self, leaves):
        return list(numbered(leaves)) if self.random.random() < 0.5 else leaves

    def _with(self, leaves):
        """All hashes are those of the leaves; the checkpoints are what they were."""
        notes = {size: note for size, note in self.notes.items() if size <= len(leaves)}
        whole = files_of([*leaves, b"{}"][:self.newest.size], self.notes)
        return files_of(leaves, notes) if notes and self.random.random() < 0.5 else whole


def digest(files):
    return hashlib.sha256(json.dumps(
        {path: data.hex() for path, data in sorted(files.items())}).encode()).hexdigest()

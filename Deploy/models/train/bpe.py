"""A small byte-level BPE in CLIP's form, learnt from the words of the training reports."""

import json
from collections import Counter
from pathlib import Path

import re

START, END = "<|startoftext|>", "<|endoftext|>"
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+")


def byte_alphabet():
    """Bytes to printable characters, in GPT-2's order: those that print, then the others."""
    printing = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in set(printing)]
    places = printing + [256 + index for index in range(len(others))]
    return {byte: chr(place) for byte, place in zip(printing + others, places)}


class Bpe:
    """Vocabulary and merges; ids are bytes, bytes at a word's end, merges, start, end."""

    def __init__(self, merges):
        self.merges = merges
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.alphabet = byte_alphabet()
        letters = list(self.alphabet.values())
        names = letters + [letter + "</w>" for letter in letters]
        names += [left + right for left, right in merges] + [START, END]
        self.ids = {name: number for number, name in enumerate(names)}
        self.known = {}

    @classmethod
    def learn(cls, texts, size):
        """Learns merges until the vocabulary has so many tokens or no pair comes twice."""
        words = Counter()
        base = cls([])
        for text in texts:
            words.update(PIECES.findall(text.lower()))
        parts = {word: base.letters(word) for word in words}
        merges = []
        while len(merges) < size - 514:
            pairs = Counter()
            for word, count in words.items():
                for pair in zip(parts[word], parts[word][1:]):
                    pairs[pair] += count
            best = max(pairs, key=lambda pair: (pairs[pair], pair), default=None)
            if best is None or pairs[best] < 2:
                break
            merges.append(best)
            parts = {word: cls.merged(part, best) for word, part in parts.items()}
        return cls(merges)

    def letters(self, word):
        out = [self.alphabet[byte] for byte in word.encode()]
        return out[:-1] + [out[-1] + "</w>"]

    @staticmethod
    def merged(part, pair):
        out, place = [], 0
        while place < len(part):
            if tuple(part[place : place + 2]) == pair:
                out.append(part[place] + part[place + 1])
                place += 2
            else:
                out.append(part[place])
                place += 1
        return out

    def word(self, word):
        if word not in self.known:
            part = self.letters(word)
            while len(part) > 1:
                pairs = set(zip(part, part[1:])) & self.ranks.keys()
                if not pairs:
                    break
                part = self.merged(part, min(pairs, key=self.ranks.get))
            self.known[word] = [self.ids[token] for token in part]
        return self.known[word]

    def encode(self, text, length):
        """Ids with start and end token, at most so many."""
        ids = [id for word in PIECES.findall(text.lower()) for id in self.word(word)]
        return [self.ids[START], *ids[: length - 2], self.ids[END]]

    def save(self, folder):
        names = {name: number for name, number in self.ids.items()}
        Path(folder, "vocab.json").write_text(json.dumps(names, ensure_ascii=False) + "\n")
        lines = ["#version: 0.2"] + [f"{left} {right}" for left, right in self.merges]
        Path(folder, "merges.txt").write_text("\n".join(lines) + "\n")

    @classmethod
    def load(cls, folder):
        lines = Path(folder, "merges.txt").read_text().splitlines()[1:]
        return cls([tuple(line.split(" ")) for line in lines])

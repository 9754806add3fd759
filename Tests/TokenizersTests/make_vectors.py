"""Makes the files of Vectors: texts, small vocabularies, and the digests of the texts' ids.

Needs transformers 5.23.0 and tokenizers 0.23.3, and OpenAI's vocabulary (file
bpe_simple_vocab_16e6.txt.gz of open_clip_torch 3.3.0), unpacked:

    python3 make_vectors.py <cache>/clip-bpe/bpe_simple_vocab_16e6.txt

Each line of lines.jsonl is [text, digest with OpenAI's vocabulary, digest with the small one, digests
of WordPiece without and with letter case];
a digest is the first 8 bytes of SHA-256 over the ids as little-endian 32-bit integers.
"""

import collections
import hashlib
import json
import pathlib
import random
import struct
import sys
import unicodedata

from transformers import BertTokenizer, CLIPTokenizer

HERE = pathlib.Path(__file__).parent / "Vectors"
RANDOM = random.Random(20240614)
START, END = "<|startoftext|>", "<|endoftext|>"

WORDS = (
    "no acute cardiopulmonary abnormality small left pleural effusion with adjacent atelectasis "
    "chest x-ray pneumothorax cardiomegaly consolidation oedema Ödem Erguß épanchement néoplasie "
    "don't it's we've they're I'm she'd he'll O'Brien 12mm 3.5cm T2/FLAIR 2024-06-14 50% CT/MRI "
    "naïve coöperate façade Größe İstanbul ΣΊΣΥΦΟΣ пневмония 肺炎 폐렴 निमोनिया ปอดบวม التهاب "
    "a photo of an image showing evidence findings consistent right upper lobe opacity normal"
).split()

BLOCKS = [
    (0x20, 0x7F), (0xA0, 0x180), (0x180, 0x250), (0x250, 0x370), (0x370, 0x400),
    (0x400, 0x530), (0x531, 0x590), (0x591, 0x600), (0x600, 0x700), (0x900, 0xA00),
    (0xE00, 0xE80), (0x1100, 0x1200), (0x1E00, 0x2000), (0x2000, 0x2070), (0x2070, 0x2200),
    (0x2460, 0x2500), (0x3000, 0x3100), (0x4E00, 0x4F00), (0xAC00, 0xAD00), (0xFB00, 0xFB50),
    (0xFF00, 0xFFF0), (0x10400, 0x10450), (0x1D400, 0x1D500), (0x1F300, 0x1F650), (0, 0x20),
    (0x7F, 0xA0),
]
EMOJI = ["😀", "👩‍⚕️", "🏥", "👨‍👩‍👧‍👦", "🇩🇪", "❤️", "1️⃣", "🩻", "🫁", "✋🏽", "\U000e0067"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\u0085", "\u200b", "\v"]


def assigned(low, high):
    return [chr(c) for c in range(low, high)
            if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]


BLOCK_CHARACTERS = [assigned(*block) for block in BLOCKS]


def line(kind):
    if kind == 0:
        return " ".join(RANDOM.choices(WORDS, k=RANDOM.randint(0, 14)))
    if kind == 1:
        return "".join(RANDOM.choices(RANDOM.choice(BLOCK_CHARACTERS), k=RANDOM.randint(1, 20)))
    if kind == 2:
        return "".join(RANDOM.choice(RANDOM.choice(BLOCK_CHARACTERS))
                       for _ in range(RANDOM.randint(1, 24)))
    if kind == 3:
        return "".join(RANDOM.choice(WORDS + SPACES + EMOJI) for _ in range(RANDOM.randint(1, 12)))
    if kind == 4:  # composed and decomposed spellings
        text = "".join(RANDOM.choices("aeioucnszAEOU한", k=RANDOM.randint(1, 10)))
        marks = RANDOM.choices("\u0300\u0301\u0308\u0327\u030a\u0323", k=len(text))
        text = "".join(a + b for a, b in zip(text, marks))
        return RANDOM.choice([text, unicodedata.normalize("NFC", text),
                              unicodedata.normalize("NFD", text)])
    if kind == 5:
        pieces = [START, END, END.upper(), "<|", "|>", "<", "'", "'s", "'S", "''ve", " ", "a", "!"]
        return "".join(RANDOM.choices(pieces, k=RANDOM.randint(1, 8)))
    if kind == 6:
        return RANDOM.choice(WORDS) * RANDOM.randint(1, 40)
    return "".join(RANDOM.choices("0123456789.,-+/%()[]{}:;!?*&^#@~`\"'\\ ", k=RANDOM.randint(1, 40)))


def tokenizer(merges):
    latin = list(range(0x21, 0x7F)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    others = [b for b in range(256) if b not in latin]
    letters = [chr(b) for b in latin] + [chr(0x100 + i) for i in range(len(others))]
    tokens = letters + [c + "</w>" for c in letters] + [a + b for a, b in merges] + [START, END]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    return CLIPTokenizer(vocab=vocabulary, merges=merges)


def learn(texts, count):
    """Plain BPE training, most frequent pair first, ties by text."""
    base = tokenizer([])
    words = collections.Counter()
    for text in texts:
        symbols = []
        for token in base.backend_tokenizer.encode(text, add_special_tokens=False).tokens:
            symbols.append(token)
            if token.endswith("</w>"):
                words[tuple(symbols)] += 1
                symbols = []
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, n in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += n
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        merged = collections.Counter()
        for word, n in words.items():
            out, i = [], 0
            while i < len(word):
                if word[i:i + 2] == best:
                    out.append(word[i] + word[i + 1])
                    i += 2
                else:
                    out.append(word[i])
                    i += 1
            merged[tuple(out)] += n
        words = merged
    return merges


def pieces(texts):
    """A WordPiece vocabulary of single characters, and of the beginnings and ends of words."""
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    seen = set(tokens)
    counts = collections.Counter()
    for text in texts:
        plain = unicodedata.normalize("NFD", text)
        for word in (plain + " " + plain.lower() + " " + text).split():
            for i in range(len(word)):
                counts[word[i]] += 1
                counts["##" + word[i]] += 1
                if word.isalpha() and 1 < i and len(word) < 20:
                    counts[word[:i]] += 1
                    counts["##" + word[i:]] += 1
            if word.isalpha() and len(word) < 20:
                counts[word] += 1
    for token, _ in counts.most_common(3000):
        if token not in seen:
            seen.add(token)
            tokens.append(token)
    return tokens


def digest(one, text):
    ids = one(text, truncation=True, max_length=77)["input_ids"]
    return hashlib.sha256(struct.pack(f"<{len(ids)}i", *ids)).digest()[:8].hex()


def main():
    text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    lines = text.split("\n")[1:49152 - 256 - 2 + 1]
    large = tokenizer([tuple(entry.split()) for entry in lines])
    texts = ["", " ", "\n", "a", END, START + END] + [line(i % 8) for i in range(3000)]
    merges = learn(texts[:1500:8] + texts[4:1500:8], 400)
    small = tokenizer(merges)
    HERE.mkdir(exist_ok=True)
    words = pieces(texts[:1500])
    vocabulary = {token: i for i, token in enumerate(words)}
    bert = [BertTokenizer(vocab=vocabulary, do_lower_case=lower) for lower in (True, False)]
    rows = [json.dumps([t] + [digest(one, t) for one in [large, small] + bert]) for t in texts]
    (HERE / "lines.jsonl").write_text("\n".join(rows) + "\n")
    (HERE / "wordpiece.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    merge_lines = "".join(f"{a} {b}\n" for a, b in merges)
    (HERE / "small-merges.txt").write_text("#version: 0.2\n" + merge_lines, encoding="utf-8")


main()

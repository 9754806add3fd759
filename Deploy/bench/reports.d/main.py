"""The checks of `Deploy/bench/reports`."""

import argparse
import json
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

import rules

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from measuring import EXIT_UNAVAILABLE, Parser, built, positive  # noqa: E402

LANGUAGES = ("en", "de")
FAULTS = ("omitted", "invented", "flipped", "wrong_side")
MEAN_MAX_US = 1000
# How many sentences the liar offers of one finding, at least.
LIES = 60
LIAR = pathlib.Path(__file__).resolve().parent / "liar.py"
# What a record says of a finding, the most cautious first: who is flagged once is flagged.
NARROWER = {
    "fracture": {"rib_fracture"},
    "enlarged_cardiomediastinum": {"cardiomegaly", "widened_mediastinum"},
    "lung_opacity": {
        "atelectasis", "consolidation", "infiltration", "lung_lesion", "lung_mass", "lung_nodule",
        "pneumonia", "pulmonary_edema",
    },
    "infiltration": {"consolidation", "pneumonia"},
    "consolidation": {"pneumonia"},
    "lung_lesion": {"lung_mass", "lung_nodule"},
    "pleural_other": {"pleural_thickening"},
    "support_devices": {"misplaced_tube"},
}


def parse():
    parser = Parser(prog="reports", description=__doc__)
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--drafts", type=positive, default=10_000, help="of both languages together")
    parser.add_argument("--seed", type=positive, default=1)
    parser.add_argument("--program", type=pathlib.Path, help="VigilReports, built before")
    parser.add_argument("--sentences", type=positive, default=100_000, help="that the liar offers")
    parser.add_argument("--readings", type=pathlib.Path, help="writes what was read, as JSON lines")
    return parser.parse_args()


def ask(path, what, count, seed, language, *more):
    command = [path, what, str(count), str(seed), language, *more]
    run = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    if run.returncode != 0:
        sys.stderr.write(f"reports: {path} ended with {run.returncode}: {run.stderr}\n")
        sys.exit(EXIT_UNAVAILABLE)
    return run.stdout.splitlines()


def processor(path, count, seed, language):
    """Processor seconds of making so many drafts, and their bytes."""
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    size = int(ask(path, "count", count, seed, language)[-1])
    return spent() - before, size


def drafts(path, count, seed, language):
    """Drafts of made findings, and what one takes: the finding is made in it as well, the start of
    the program and the reading of the language's file are not."""
    lines = [json.loads(line) for line in ask(path, "drafts", count, seed, language)]
    (start, _), (whole, size) = (
        processor(path, many, seed, language) for many in (1, count + 1)
    )
    mean = (whole - start) / count * 1e6
    return lines, {"mean_us": round(mean, 1), "mean_bytes": round(size / (count + 1))}


def expected(record):
    """What a draft has to say of each finding, by the record alone: polarity and side."""
    answers, out = {}, {}
    for finding in record["findings"]:
        if finding["code"] != "no_finding":
            answers.setdefault(finding["code"], []).append(finding)
    flagged = {
        code for code, found in answers.items() if any(f["answer"] == "flagged" for f in found)
    }
    for code, found in answers.items():
        if code in flagged:
            out[code] = ("present", next(f["side"] for f in found if f["answer"] == "flagged"))
        elif any(f["answer"] == "abstained" for f in found):
            is_open = any(f["uncertain"] for f in found)
            out[code] = ("open" if is_open else "not_assessed", None)
        elif all(f["promised"] for f in found) and not NARROWER.get(code, set()) & flagged:
            out[code] = ("absent", None)
        else:
            out[code] = ("open", None)
    says = any(f["answer"] != "abstained" for found in answers.values() for f in found)
    return out if record["is_assessed"] and says else {}


def text(draft):
    """The words of a draft as a person reads them."""
    if draft["status"] != "draft":
        return draft["notice"]["text"]
    parts = [draft.get("technique", []), draft.get("comparison", [])]
    parts += [region["sentences"] for region in draft.get("findings", [])] + [draft["impression"]]
    return "\n".join(sentence["text"] for part in parts for sentence in part)


def compare(said, wanted):
    """How many findings are read otherwise than they have to be, by kind."""
    faults = dict.fromkeys(FAULTS, 0) | {"otherwise": 0}
    for code in said.keys() | wanted.keys():
        polarity, side = wanted.get(code, (None, None))
        readings = said.get(code, set())
        polarities = {reading[0] for reading in readings}
        if polarity == "present" and "present" not in polarities:
            faults["flipped" if "absent" in polarities else "omitted"] += 1
        elif polarity != "present" and "present" in polarities:
            faults["flipped" if polarity == "absent" else "invented"] += 1
        elif polarities != ({polarity} if polarity else set()):
            faults["otherwise"] += 1
        elif polarity == "present" and readings != {(polarity, side)}:
            faults["wrong_side"] += 1
    return faults


def spoilt(line, kind, chance):
    """A draft's text with a fault of a kind put in; None where it has no place for it."""
    wanted = expected(line["record"])
    sentences = text(line["draft"]).split("\n")
    english = line["language"] == "en"

    def about(polarity, with_side=False):
        return [
            code for code, (said, side) in wanted.items()
            if said == polarity and (side in ("left", "right") or not with_side)
        ]

    codes = about("present", with_side=kind == "wrong_side")
    if kind == "invented":
        codes = [code for code in rules.MENTIONS if code not in wanted]
    if not codes:
        return None
    code = chance.choice(sorted(codes))

    def speaks(sentence):
        return any(found[0] == code for found in rules.read_sentence(sentence))

    if kind == "omitted":
        return "\n".join(sentence for sentence in sentences if not speaks(sentence))
    if kind == "invented":
        name = {"en": "Possible {}.", "de": "{} möglich."}[line["language"]]
        names = PLAIN[line["language"]]
        return "\n".join([*sentences, name.format(names[code])]) if code in names else None
    if kind == "flipped":
        names = PLAIN[line["language"]]
        if code not in names:
            return None
        rest = [sentence for sentence in sentences if not speaks(sentence)]
        return "\n".join([*rest, f"No {names[code]}." if english else f"Kein {names[code]}."])
    sides = {"left": "right", "right": "left", "links": "rechts", "rechts": "links"}
    swapped = []
    for sentence in sentences:
        words = sentence.split(" ") if speaks(sentence) else []
        turned = [sides.get(word.strip("."), None) for word in words]
        swapped.append(
            " ".join(new + ("." if word.endswith(".") else "") if new else word
                     for word, new in zip(words, turned))
            if words else sentence
        )
    return "\n".join(swapped)


PLAIN = {
    "en": {"pneumothorax": "pneumothorax", "pneumonia": "pneumonia", "fracture": "fracture",
           "cardiomegaly": "cardiomegaly", "emphysema": "emphysema", "lung_mass": "lung mass"},
    "de": {"pneumothorax": "Pneumothorax", "pneumonia": "Pneumonie", "fracture": "Fraktur",
           "cardiomegaly": "Kardiomegalie", "emphysema": "Emphysem", "infiltration": "Infiltrat"},
}


def check(lines):
    total = dict.fromkeys(FAULTS, 0) | {"otherwise": 0}
    told = {"present": 0, "absent": 0, "open": 0, "not_assessed": 0, "with_side": 0, "drafts": 0}
    for line in lines:
        wanted = expected(line["record"])
        for kind, count in compare(rules.read(text(line["draft"])), wanted).items():
            total[kind] += count
        told["drafts"] += line["draft"]["status"] == "draft"
        for polarity, side in wanted.values():
            told[polarity] += 1
            told["with_side"] += side is not None
    return total, told


def seeded(lines, seed):
    """Of faults that were put into drafts, how many the parser sees as what they are."""
    chance = random.Random(seed)
    seen = {kind: [0, 0] for kind in FAULTS}
    for line in lines:
        for kind in FAULTS:
            bad = spoilt(line, kind, chance)
            if bad is None:
                continue
            seen[kind][1] += 1
            seen[kind][0] += compare(rules.read(bad), expected(line["record"]))[kind] >= 1
    return {kind: {"seen": seen[kind][0], "put_in": seen[kind][1]} for kind in FAULTS}


def recorded(draft):
    """How many sentences of a draft its generator offered, each counted once."""
    parts = [draft.get("technique", []), draft.get("comparison", [])]
    parts += [region["sentences"] for region in draft.get("findings", [])]
    parts += [[said for said in draft["impression"] if "codes" not in said]]
    return sum(said.get("offered", False) for part in parts for said in part)


def lied(path, count, seed, language):
    """Drafts by the sentences of a liar in a sandbox, and what of them the finding does not say."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        # As another user it does not reach every checkout.
        liar = pathlib.Path(folder, LIAR.name)
        liar.write_bytes(LIAR.read_bytes())
        for each in (liar, liar.parent):
            each.chmod(0o755)
        lines = [
            json.loads(line) for line in ask(path, "generator", count, seed, language, liar)
        ]
    faults = [line for line in lines if "fault" in line]
    out = {"drafts": 0, "offered": 0, "passed": 0, "unsupported": 0, "omitted": 0,
           "dropped": {}, "faults": len(faults)}
    for line in lines:
        if "fault" in line:
            continue
        draft, wanted = line["draft"], expected(line["record"])
        out["drafts"] += 1
        passed = recorded(draft)
        out["passed"] += passed
        out["offered"] += passed + sum(draft.get("dropped", {}).values())
        for reason, number in draft.get("dropped", {}).items():
            out["dropped"][reason] = out["dropped"].get(reason, 0) + number
        said = rules.read(text(draft))
        for code, readings in said.items():
            polarity, side = wanted.get(code, (None, None))
            right = {("present", side)} if polarity == "present" else None
            if {found[0] for found in readings} != {polarity} or (right and readings != right):
                out["unsupported"] += 1
        out["omitted"] += sum(
            polarity == "present" and code not in said for code, (polarity, _) in wanted.items()
        )
    return out


def late(path, count, seed, language):
    """The mean and the 99th percentile of what a draft takes on the wall, in microseconds."""
    times = sorted(float(line) for line in ask(path, "times", count, seed, language))
    return {"wall_mean_us": round(sum(times) / len(times), 1),
            "wall_p99_us": round(times[len(times) * 99 // 100], 1)}


def reading(line):
    """What was read of a draft, for `vigil evaluate --reports`."""
    said = {
        code: {"polarities": sorted({p for p, _ in says}),
               "sides": sorted({s for p, s in says if p == "present" and s})}
        for code, says in rules.read(text(line["draft"])).items()
    }
    wanted = expected(line["record"])
    return {
        "study": f"{line['language']}-{line['study']}", "read": said,
        "flagged": {c: side for c, (p, side) in wanted.items() if p == "present"},
    }


def main():
    arguments = parse()
    path = built("VigilReports", arguments)
    out = {"examples_read_otherwise": rules.wrong_examples()}
    held = not out["examples_read_otherwise"]
    readings = []
    for language in LANGUAGES:
        count = -(-arguments.drafts // len(LANGUAGES))
        lines, times = drafts(path, count, arguments.seed, language)
        faults, told = check(lines)
        put_in = seeded(lines[:1000], arguments.seed)
        times |= late(path, count, arguments.seed, language)
        # One record in twenty and more is not assessed, and is not asked about.
        studies = arguments.sentences // len(LANGUAGES) // LIES * 12 // 10 + 1
        liar = lied(path, studies, arguments.seed, language)
        out[language] = {
            "faults": faults, "told": told, "times": times, "put_in": put_in, "liar": liar,
        }
        held &= liar["offered"] * len(LANGUAGES) >= arguments.sentences
        held &= liar["passed"] > 0 and not (
            liar["unsupported"] + liar["omitted"] + liar["faults"])
        readings += [reading(line) for line in lines]
        held &= not any(faults.values()) and told["present"] > 0 and told["absent"] > 0
        held &= times["mean_us"] < MEAN_MAX_US
        held &= all(kind["put_in"] > 50 and kind["seen"] == kind["put_in"]
                    for kind in put_in.values())
    if arguments.readings:
        arguments.readings.write_text("".join(json.dumps(line) + "\n" for line in readings))
    print(json.dumps(out | {"held": bool(held)}, ensure_ascii=False))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())

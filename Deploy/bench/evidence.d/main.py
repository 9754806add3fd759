"""See Deploy/bench/evidence."""

import json
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from statistics import mean, median

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lib"))

from measuring import EXIT_UNAVAILABLE, Parser, positive  # noqa: E402

SUM, LOWER, HIT, COST = 1e-4, 0.95, 0.8, 0.1
DRAWS, PLACES, PART = 8, 200, 0.1


def run(*arguments):
    found = subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in found.stdout.splitlines()]


def read_png(path):
    """A PNG of `vigil image`: rows of grey without filter."""
    data, at, body = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height = struct.unpack(">II", data[at + 8:at + 16])
        if kind == b"IDAT":
            body += data[at + 8:at + 8 + length]
        at += 12 + length
    lines = zlib.decompress(body)
    return [bytearray(lines[r * (width + 1) + 1:(r + 1) * (width + 1)]) for r in range(height)]


def write_png(path, rows):
    def chunk(kind, content):
        return (struct.pack(">I", len(content)) + kind + content
                + struct.pack(">I", zlib.crc32(kind + content)))
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 1)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body)
                     + chunk(b"IEND", b""))


def without(rows, patches, side, size):
    grey = round(mean(v for row in rows for v in row))
    out = [bytearray(row) for row in rows]
    for patch in patches:
        top, left = patch // side * size, patch % side * size
        for row in range(top, top + size):
            out[row][left:left + size] = bytes([grey]) * size
    return out


def mask_rows(mask, columns):
    """For each row of the film, the columns that are inside."""
    rows, at = {}, 0
    for index, length in enumerate(mask["runs"]):
        if index % 2:
            for place in range(at, at + length):
                rows.setdefault(place // columns, []).append(place % columns)
        at += length
    return rows


def touches(rows, left, top, width, height):
    return any(any(left <= c < left + width for c in rows.get(r, ())) for r in range(top, top + height))


def positives(folder, codes):
    """Files and masks by finding, of frontal films."""
    out = {}
    for line in (folder / "truth.jsonl").read_text().splitlines():
        study = json.loads(line)
        images = {i["instance"]: i for i in study["images"] if i["view"] in ("PA", "AP")}
        for finding in study["findings"]:
            for mask in finding["masks"]:
                image = images.get(mask["instance"])
                if image and finding["kind"] in codes and mask["area"] > 0:
                    file = folder / "dicom" / f"{study['number']:06}" / image["name"]
                    out.setdefault(finding["kind"], {}).setdefault(file, (image, []))[1].append(mask)
    return out


class Bench:
    def __init__(self, vigil, model, work, head, random_source):
        self.vigil, self.model, self.work, self.head = vigil, model, work, head
        self.random = random_source

    def scores(self, paths, code):
        lines = run(self.vigil, "infer", "--model", self.model, "--json", *paths)
        return [(l["heads"][self.head] if self.head else l["scores"])[code] for l in lines]

    def case(self, line, image, masks):
        """One positive: sum, and how the strongest box lies."""
        columns, rows = image["columns"], image["rows"]
        inside = {}
        for mask in masks:
            for row, places in mask_rows(mask, columns).items():
                inside.setdefault(row, []).extend(places)
        case = {"code": line["finding"], "error": abs(line["error"]),
                "rest": abs(line["rest"]) / max(abs(line["patches"]) + abs(line["rest"]), 1e-9)}
        if not line["regions"]:
            return case | {"hit": False, "chance": 0.0, "size": 0.0}
        box = line["regions"][0]
        width, height = box["columns"], box["rows"]
        chance = [touches(inside, self.random.randint(0, columns - width),
                          self.random.randint(0, rows - height), width, height) for _ in range(PLACES)]
        return case | {"hit": touches(inside, box["column"], box["row"], width, height),
                       "chance": mean(chance), "size": width * height / (columns * rows)}

    def deletions(self, file, line, place):
        """The input as it is, without the strongest patches, and without random ones."""
        path = self.work / f"{place}.png"
        subprocess.run([self.vigil, "image", "--model", self.model, "--as", "input", "--png", path, file],
                       check=True, stdout=subprocess.DEVNULL)
        rows, values = read_png(path), line["map"]["values"]
        side, size = line["map"]["side"], line["map"]["patch_size"]
        count = line["without_strongest"]["patches"]
        strongest = sorted(range(len(values)), key=lambda p: (-values[p], p))[:count]
        sets = [strongest] + [self.random.sample(range(len(values)), count) for _ in range(DRAWS)]
        paths = [path]
        for index, patches in enumerate(sets):
            paths.append(self.work / f"{place}-{index}.png")
            write_png(paths[-1], without(rows, patches, side, size))
        return paths

    def finding(self, code, files):
        """All positives of a finding."""
        head = ["--head", self.head] if self.head else []
        lines = run(self.vigil, "explain", "--model", self.model, "--finding", code, "--json", *head, *files)
        cases, paths = [], []
        for line in lines:
            if line["probability"] < 0.5:
                continue
            image, masks = files[Path(line["file"])]
            cases.append(self.case(line, image, masks))
            cases[-1]["probability"] = line["probability"]
            paths += self.deletions(line["file"], line, f"{code}-{len(cases)}")
        scores = self.scores(paths, code) if paths else []
        each = DRAWS + 2
        for index, case in enumerate(cases):
            plain, top, *others = scores[index * each:(index + 1) * each]
            case |= {"moved": abs(plain - case["probability"]), "drop": plain - top,
                     "random": plain - mean(others), "lower": top < mean(others),
                     "lower_than_all": top < min(others)}
        return cases, len(lines) - len(cases)


def share(cases, name):
    return round(mean(bool(case[name]) for case in cases), 4) if cases else None


def told(cases, missed):
    places = [c for c in cases if c["code"] != "nodule"]
    nodules = [c for c in cases if c["code"] == "nodule"]
    out = {"positives": len(cases), "missed": missed}
    if not cases:
        return out
    out |= {
        "greatest_error": max(c["error"] for c in cases), "rest": round(median(c["rest"] for c in cases), 3),
        "lower": share(cases, "lower"), "lower_than_all": share(cases, "lower_than_all"),
        "drop": round(mean(c["drop"] for c in cases), 4), "random": round(mean(c["random"] for c in cases), 4),
        "input_moved": round(max(c["moved"] for c in cases), 6),
        "hit": share(places, "hit"), "nodules": len(nodules), "nodule_hit": share(nodules, "hit")}
    for name in ("chance", "size"):
        out[name] = round(mean(c[name] for c in places), 4) if places else None
        out[f"nodule_{name}"] = round(mean(c[name] for c in nodules), 4) if nodules else None
    return out


def cost(vigil, model):
    """Processor time of evidence beside plain inference, in rounds that take turns."""
    held, report = True, {}
    for precision in ("fp32", "int8"):
        for batch in (1, 8):
            row = run(vigil, "bench", "evidence", "--model", model, "--precision", precision, "--batch", batch,
                      "--json")[0]
            report[f"{precision}, {batch} at a time"] = row
            print(f"{precision} {batch} {row}", flush=True)
            held = held and row["with_flagged_low"] <= COST
    print(json.dumps({"held": held, **report}))
    return 0 if held else 1


def beside(vigil, model, work, studies, options):
    """Vigil's maps beside those of others."""
    try:
        import others
        report = others.compare(vigil, model, options.beside, work, positives(studies, ANY), options.seed)
    except ImportError as error:
        print(f"evidence: --beside needs torch and safetensors: {error}", file=sys.stderr)
        return EXIT_UNAVAILABLE
    for name, row in report["ways"].items():
        print(f"{name:22}{row}", flush=True)
    ways = dict(report["ways"])
    ours = ways.pop("vigil")
    held = report["apart"] <= 1e-3 and all(
        ours["lower"] >= row["lower"] and ours["drop"] >= row["drop"] for row in ways.values())
    print(json.dumps({"held": held, **report}))
    return 0 if held else 1


class Everything:
    """Holds everything."""

    def __contains__(self, _):
        return True


ANY = Everything()


def main():
    parser = Parser(prog="evidence", description=__doc__)
    parser.add_argument("--checkout", type=Path, required=True)
    parser.add_argument("--studies", type=positive, default=100)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--vigil", type=Path)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--beside", metavar="PROBE")
    parser.add_argument("--cost", action="store_true")
    options = parser.parse_args()
    vigil = options.vigil or options.checkout / ".build/release/vigil"
    model = options.model or options.checkout / "Deploy/models/vigil-mini"
    if not vigil.exists() or not model.is_dir():
        print(f"evidence: {vigil} and {model} are needed", file=sys.stderr)
        return EXIT_UNAVAILABLE
    if options.cost:
        return cost(vigil, model)
    work = options.work or Path(tempfile.mkdtemp(prefix="vigil-evidence-"))
    work.mkdir(parents=True, exist_ok=True)
    studies = work / "studies"
    subprocess.run([vigil, "synth", "--out", studies, "--count", str(options.studies), "--seed",
                    str(options.seed)], check=True, stdout=subprocess.DEVNULL)
    if options.beside:
        return beside(vigil, model, work, studies, options)
    films = sorted(studies.glob("dicom/*/*.dcm"))
    first = run(vigil, "infer", "--model", model, "--json", films[0])[0]
    report, held = {}, True
    for head in [None, *first.get("heads", {})]:
        known = first["heads"][head] if head else first["scores"]
        bench = Bench(vigil, model, work, head, random.Random(options.seed))
        cases, missed, by_code = [], 0, {}
        for code, files in sorted(positives(studies, set(known)).items()):
            found, left = bench.finding(code, files)
            by_code[code] = told(found, left)
            cases, missed = cases + found, missed + left
            print(f"{head or 'prompts':18}{code:24}{by_code[code]}", flush=True)
        report[head or "prompts"] = row = told(cases, missed)
        print(f"{head or 'prompts':18}{'all':24}{row}", flush=True)
        held = held and bool(cases) and row["greatest_error"] <= SUM and row["lower"] >= LOWER \
            and (row["hit"] or 0) >= HIT
    print(json.dumps({"held": held, **report}))
    if options.work is None:
        shutil.rmtree(work)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())

"""See Deploy/bench/domain."""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lib"))

from measuring import EXIT_UNAVAILABLE, Parser, positive  # noqa: E402
import peers  # noqa: E402

REASONS = {"outside_training_domain", "view_not_frontal", "inverted_polarity", "rotated"}
STRANGE = ["inverted", "rotated_quarter", "rotated_half", "rotated_three_quarters", "lateral"]
BORDERS = [f"canvas_{n}" for n in (1, 5, 10, 15)] + ["canvas_white_8", "canvas_white_15"]
COLLIMATED = [f"collimated_{n}" for n in (2, 5, 10, 15)]
EQUAL = 1e-6
COPIES = 60


class Model:
    """What `vigil infer` says of images by a model, whose adapters are told of."""

    def __init__(self, vigil, folder):
        self.vigil, self.folder = vigil, folder
        probe = safe_open(folder / "adapters/vigil-mini-probe.safetensors", "np")
        labels = json.loads(probe.metadata()["labels"])
        self.points = {label["code"]: label["threshold"] for label in labels}
        path = folder / "adapters/vigil-mini-domain.safetensors"
        self.kind = safe_open(path, "np").metadata()["kind"]
        self.domain = {n: t.astype(np.float64) for n, t in load_file(path).items()}

    def read(self, paths):
        out = []
        for start in range(0, len(paths), 1000):
            run = subprocess.run(
                [self.vigil, "infer", "--model", self.folder, "--embedding", "--json",
                 *paths[start : start + 1000]],
                check=True, capture_output=True, text=True)  # fmt: skip
            out += [json.loads(line) for line in run.stdout.splitlines()]
        return out

    def sides(self, line):
        """On which side of its threshold each finding lies, of prompts and probes."""
        probes = line["heads"]["vigil-mini-probe"]
        return [score >= 0.5 for score in line["scores"].values()] + [
            probes[code] >= point for code, point in self.points.items()
        ]

    def distances(self, lines):
        rows = np.array([line["embedding"] for line in lines])

        def squares(means, axes):
            parts = [(((rows - mean) @ axes.T) ** 2).sum(1) for mean in means]
            return np.min(parts, 0)

        if self.kind == "nearest-neighbours-domain":
            raise SystemExit("domain: distances to neighbours are not measured here")
        near = squares(np.atleast_2d(self.domain["means"]), self.domain["axes"])
        if self.kind == "mahalanobis-domain":
            return near**0.5
        return near - squares([self.domain["background.mean"]], self.domain["background.axes"])


def abstained(line):
    return bool(REASONS & set(line.get("flags", [])))


def area(inside, outside):
    both = np.concatenate([inside, outside])
    ranks = np.unique(both, return_inverse=True)[1]
    below = np.array([(ranks[: len(inside)] < r).sum() for r in ranks[len(inside) :]])
    same = np.array([(ranks[: len(inside)] == r).sum() for r in ranks[len(inside) :]])
    return float((below + same / 2).mean() / len(inside))


def others(model, data, work):
    """pydicom-data's images that are no chest films, as pictures without their headers."""
    paths = []
    for file in sorted(data.glob("*.dcm")):
        if file.name.startswith("RG"):
            continue
        png = work / f"{file.stem}.png"
        run = subprocess.run(
            [model.vigil, "image", "--png", png, file], capture_output=True, text=True)
        if run.returncode == 0:
            paths.append(png)
    return [line for line in model.read(paths) if "embedding" in line]


def blanks(model, work):
    paths = []
    for level in (0, 1, 64, 128, 255):
        paths.append(work / f"blank-{level}.png")
        Image.fromarray(np.full((512, 512), level, np.uint8)).save(paths[-1])
    return model.read(paths)


def compared(model, kind, folder, films):
    """How many of a kind's films are abstained from, are answered alike, and are either."""
    lines = model.read(sorted((folder / kind).glob("*.png")))
    caught = np.array([abstained(line) for line in lines])
    row = {"films": len(lines), "caught": round(float(caught.mean()), 4)}
    if kind == "lateral":
        row["either"] = row["caught"]
        return row
    names = {Path(line["file"]).name: model.sides(line) for line in films}
    digests = {Path(line["file"]).name: line["digest"] for line in films}
    sides = [(model.sides(line), names[Path(line["file"]).name]) for line in lines]
    alike = np.array([found == before for found, before in sides])
    kept = [(f, b) for (f, b), is_caught in zip(sides, caught) if not is_caught]
    row["unchanged"] = round(float(alike.mean()), 4)
    row["either"] = round(float((alike | caught).mean()), 4)
    row["same_bits"] = round(
        float(np.mean([line["digest"] == digests[Path(line["file"]).name] for line in lines])), 4)
    row["answers_changed"] = round(
        float(np.mean([f != b for found, before in kept for f, b in zip(found, before)] or [0])), 4)
    return row


def seconds(model, folder, paths):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [model.vigil, "infer", "--model", folder, "--json", *paths], check=True,
        stdout=subprocess.DEVNULL)  # fmt: skip
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before.ru_utime


def cost(model, work, paths):
    """The share of the processor time of `vigil infer` that domain and gate take: of many copies of
    both, so that it stands out, their loading included."""
    plain, many = work / "plain", work / "many"
    for folder, copies in ((plain, 0), (many, COPIES)):
        shutil.copytree(model.folder, folder)
        for path in (folder / "adapters").glob("*.safetensors"):
            if path.stem == "vigil-mini-probe":
                continue
            tensors, metadata = load_file(path), safe_open(path, "np").metadata()
            path.unlink()
            for place in range(copies):
                name = f"{path.stem}-{place}"
                save_file(
                    tensors, path.with_name(f"{name}.safetensors"), metadata | {"name": name})
    runs = [(seconds(model, many, paths), seconds(model, plain, paths)) for _ in range(3)]
    both, without = np.min(runs, 0)
    return round(float((both - without) / COPIES / without), 5)


def main():
    parser = Parser(prog="domain", description=__doc__)
    parser.add_argument("--checkout", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--studies", type=positive, default=400)
    parser.add_argument("--seed", type=int, default=777)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--vigil", type=Path)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    vigil = options.vigil or options.checkout / ".build/release/vigil"
    data = options.cache / "pydicom-data/data"
    if not vigil.exists() or not data.is_dir():
        print(f"domain: {vigil} and {data} are needed", file=sys.stderr)
        return EXIT_UNAVAILABLE
    work = options.work or Path(tempfile.mkdtemp(prefix="vigil-domain-"))
    work.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(options.checkout / "Deploy/models/train"))
    import variants

    model = Model(vigil, options.model or options.checkout / "Deploy/models/vigil-mini")
    report = {"peers": peers.compare(vigil, model.folder, work)}
    studies = work / "studies"
    subprocess.run(
        [vigil, "synth", "--out", studies, "--count", str(options.studies), "--seed",
         str(options.seed), "--shifted"], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    variants.make(studies, work / "films", ["frontal", *STRANGE[:-1]])
    some = work / "some"
    some.mkdir()
    kept = studies.joinpath("truth.jsonl").read_text().splitlines()[:200]
    (some / "truth.jsonl").write_text("\n".join(kept) + "\n")
    (some / "dicom").symlink_to(studies / "dicom")
    variants.make(some, work / "bordered", [*BORDERS, *COLLIMATED])
    paths = sorted((work / "films/frontal").glob("*.png"))
    films = model.read(paths)
    report["kept"] = round(1 - float(np.mean([abstained(line) for line in films])), 4)
    strangers = others(model, data, work)
    report["others"] = {
        "images": len(strangers), "area": area(model.distances(films), model.distances(strangers)),
        "caught": round(float(np.mean([abstained(line) for line in strangers])), 4),
    }  # fmt: skip
    report["blank_caught"] = all(abstained(line) for line in blanks(model, work))
    for kind in STRANGE:
        report[kind] = compared(model, kind, work / "films", films)
    for kind in [*BORDERS, *COLLIMATED]:
        report[kind] = compared(model, kind, work / "bordered", films)
    report["cost"] = cost(model, work, paths[:200])
    for name, value in report.items():
        print(f"{name:24}{value}")
    held = {
        "peers": max(report["peers"].values()) <= EQUAL, "kept": report["kept"] >= 0.98,
        "others": report["others"]["area"] >= 0.99, "blank": report["blank_caught"],
        "strange": all(report[kind]["either"] >= 0.95 for kind in STRANGE),
        "borders": all(report[kind]["unchanged"] == 1 for kind in BORDERS),
        "cost": report["cost"] <= 0.01,
    }  # fmt: skip
    print(json.dumps({"held": held, "kind": model.kind, **report}))
    if options.work is None:
        shutil.rmtree(work)
    return 0 if all(held.values()) else 1


sys.exit(main())

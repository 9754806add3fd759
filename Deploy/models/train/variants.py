"""Films of `vigil synth` as they should not reach a model: turned, turned over, bordered.

    python3 variants.py FOLDER OUT KIND...

writes OUT/KIND/NUMBER-PLACE.png of each frontal film below FOLDER, and OUT/lateral of the lateral
ones. Kinds: frontal (as it is), inverted, rotated_quarter, rotated_half, rotated_three_quarters,
canvas_N and canvas_white_N (N % of the whole at each edge are border, around the film),
collimated_N (N % of the film at each edge are black, the film as large as before), blank.

    python3 variants.py --truth OUT

writes OUT/gate.csv: a line a PNG, with a column for each label of an image-gate.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from films import grey

TURNS = {"rotated_quarter": 1, "rotated_half": 2, "rotated_three_quarters": 3}
LABELS = ["view_not_frontal", "inverted_polarity", *TURNS]
FOLDERS = {"lateral": "view_not_frontal", "inverted": "inverted_polarity"} | {t: t for t in TURNS}


def canvas(level, percent, value):
    """The film in a border that is so much of the whole at each edge."""
    share = percent / 100
    rows, columns = (round(side * share / (1 - 2 * share)) for side in level.shape)
    return np.pad(level, ((rows, rows), (columns, columns)), constant_values=value)


def collimated(level, percent):
    """The film without what lies below the border."""
    out = np.zeros_like(level)
    rows, columns = (round(side * percent / 100) for side in level.shape)
    inside = np.s_[rows : level.shape[0] - rows, columns : level.shape[1] - columns]
    out[inside] = level[inside]
    return out


def changed(level, kind):
    if kind == "frontal":
        return level
    if kind == "inverted":
        return 255 - level
    if kind == "blank":
        return np.zeros_like(level)
    if kind in TURNS:
        return np.rot90(level, TURNS[kind])
    name, percent = kind.rsplit("_", 1)
    if name == "collimated":
        return collimated(level, int(percent))
    return canvas(level, int(percent), {"canvas": 0, "canvas_white": 255}[name])


def study(job):
    folder, line, out, kinds = job
    truth = json.loads(line)
    for place, image in enumerate(truth["images"]):
        level = grey(Path(folder) / "dicom" / f"{truth['number']:06d}" / image["name"])
        for kind in ["lateral"] if image["view"] == "LL" else kinds:
            film = level if kind == "lateral" else changed(level, kind)
            name = Path(out, kind, f"{truth['number']:06d}-{place}.png")
            Image.fromarray(np.ascontiguousarray(film)).save(name)


def make(folder, out, kinds):
    for kind in [*kinds, "lateral"]:
        Path(out, kind).mkdir(parents=True, exist_ok=True)
    lines = Path(folder, "truth.jsonl").read_text().splitlines()
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(study, [(folder, line, out, kinds) for line in lines], chunksize=32))


def truth(out):
    rows = ["file,patient," + ",".join(LABELS)]
    for kind in ["frontal", *FOLDERS]:
        for path in sorted(Path(out, kind).glob("*.png")):
            marks = ",".join(str(int(FOLDERS.get(kind) == label)) for label in LABELS)
            rows.append(f"{path},P{path.name[:6]},{marks}")
    Path(out, "gate.csv").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "--truth":
        truth(sys.argv[2])
    else:
        make(sys.argv[1], sys.argv[2], sys.argv[3:])

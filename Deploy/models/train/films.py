"""Films of `vigil synth` as arrays: what Vigil's own preprocessing makes of them, labels and masks.

    python3 films.py OUT FOLDER...

writes OUT.images.npy (uint8, 224 x 224 a film), OUT.masks.npy (uint16, 56 x 56 a film, a bit a
finding) and OUT.films.jsonl (a line a film: study, view, labels, texts).
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image

SIDE = 224
CELLS = 56
FINDINGS = [
    "pneumothorax", "effusion", "consolidation", "oedema", "cardiomegaly", "nodule", "mass",
    "atelectasis", "rib_fracture", "free_air", "misplaced_tube",
]  # fmt: skip


def grey(path):
    """The film in 8 bits, as Vigil's decoder gives it: the file's window is its whole range."""
    data = pydicom.dcmread(path)
    top = 2**data.BitsStored - 1
    level = np.floor(data.pixel_array.astype(np.float64) / top * 255 + 0.5).astype(np.uint8)
    return 255 - level if data.PhotometricInterpretation == "MONOCHROME1" else level


def resized(level):
    """The square film at the model's side, by Pillow's antialiased bicubic as in Vigil."""
    return np.asarray(Image.fromarray(level).resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def cells(runs, rows, columns):
    """The mask's cells: one is set where any of its pixels is."""
    inside = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    row, column = np.divmod(np.flatnonzero(inside), columns)
    out = np.zeros((CELLS, CELLS), bool)
    out[row * CELLS // rows, column * CELLS // columns] = True
    return out


def study(job):
    """All films of a study."""
    folder, line = job
    truth = json.loads(line)
    films = []
    for image in truth["images"]:
        path = Path(folder) / "dicom" / f"{truth['number']:06d}" / image["name"]
        mask = np.zeros((CELLS, CELLS), np.uint16)
        for finding in truth["findings"]:
            bit = np.uint16(1 << FINDINGS.index(finding["kind"]))
            for part in finding["masks"]:
                if part["instance"] == image["instance"]:
                    mask[cells(part["runs"], image["rows"], image["columns"])] |= bit
        record = {
            "number": truth["number"], "view": image["view"], "vendor": truth["vendor"],
            "labels": [truth["labels"][code] for code in FINDINGS],
            "report": truth["report"], "impression": truth["impression"],
        }  # fmt: skip
        films.append((resized(grey(path)), mask, json.dumps(record)))
    return films


def main(out, folders):
    jobs = [
        (folder, line)
        for folder in folders
        for line in Path(folder, "truth.jsonl").read_text().splitlines()
    ]
    count = sum(len(json.loads(line)["images"]) for _, line in jobs)
    images = np.lib.format.open_memmap(
        f"{out}.images.npy", "w+", np.uint8, (count, SIDE, SIDE))
    masks = np.lib.format.open_memmap(
        f"{out}.masks.npy", "w+", np.uint16, (count, CELLS, CELLS))
    place = 0
    with ProcessPoolExecutor(2) as pool, open(f"{out}.films.jsonl", "w") as lines:
        for films in pool.map(study, jobs, chunksize=64):
            for image, mask, record in films:
                images[place], masks[place] = image, mask
                lines.write(record + "\n")
                place += 1
    print(f"{out}: {place} films of {len(jobs)} studies")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

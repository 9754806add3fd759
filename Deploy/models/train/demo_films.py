"""Copies the demonstration's films: the first of each kind, named by what was planted in it.

Usage: demo_films.py STUDIES OUT
"""

import csv
import pathlib
import shutil
import sys

KINDS = ["nothing", "pneumothorax", "cardiomegaly", "nodule"]
FINDINGS = [
    "pneumothorax", "effusion", "consolidation", "oedema", "cardiomegaly", "nodule", "mass",
    "atelectasis", "rib_fracture", "free_air", "misplaced_tube",
]


def main():
    if len(sys.argv) != 3:
        sys.stderr.write(__doc__)
        sys.exit(64)
    studies, out = map(pathlib.Path, sys.argv[1:])
    for old in out.glob("synthetic-*.dcm"):
        old.unlink()
    wanted = list(KINDS)
    with open(studies / "truth.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            planted = [name for name in FINDINGS if row[name] == "1"]
            name = "nothing" if not planted else planted[0] if len(planted) == 1 else None
            if name in wanted:
                wanted.remove(name)
                film = studies / "dicom" / f"{int(row['number']):06d}" / "1.dcm"
                shutil.copyfile(film, out / f"synthetic-{name}.dcm")
    if wanted:
        sys.exit(f"demo_films: no study with {wanted[0]} alone")


if __name__ == "__main__":
    main()

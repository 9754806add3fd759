"""The packages of Debian whose libraries programs load, one a line, and that of the certificates.

    packages.py PROGRAM…

Exit codes: 0, 65 a library is of no package.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "provenance"))

from libraries import loaded, owners  # noqa: E402

files = set().union(*(loaded(program) for program in sys.argv[1:]))
# A program of Debian's own stands in a package; one of ours does not.
files |= {program for program in sys.argv[1:] if not program.rsplit("/", 1)[1].startswith("vigil")}
found = owners(sorted(files))
without = sorted(file for file, package in found.items() if package is None)
if without:
    print(f"build: no package of Debian holds {', '.join(without)}", file=sys.stderr)
    sys.exit(65)
print("\n".join(sorted({package.name for package in found.values()} | {"ca-certificates"})))

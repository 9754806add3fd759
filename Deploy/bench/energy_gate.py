"""Reads `vigil bench energy --json` and holds modelled work per study against a baseline."""

import json
import pathlib
import sys

RISE_MAX = 1.001
CONSERVATION_MAX = 0.01

baseline, write = pathlib.Path(sys.argv[1]), sys.argv[2] == "yes"
*settings, last = [json.loads(line) for line in sys.stdin]
work = {
    f"{row['precision']} batch {row['batch']}": row["gigaoperations_per_study"]
    for row in settings
}
if write:
    baseline.write_text(json.dumps({"gigaoperations_per_study": work}, indent=2) + "\n")
    sys.exit(0)
known = json.loads(baseline.read_text())["gigaoperations_per_study"]
faults = []
for row in settings:
    name = f"{row['precision']} batch {row['batch']}"
    now, before = row["gigaoperations_per_study"], known.get(name)
    print(f"{name}: {now:.4f} GFLOP a study, {row['joules_per_study']:.3f} J "
          f"({row['method']}, {row['low_joules_per_study']:.3f} to {row['high_joules_per_study']:.3f})")
    if before is None:
        faults.append(f"{name} is not in the baseline; run energy-gate --write")
    elif now > before * RISE_MAX:
        faults.append(f"{name}: work rose from {before:.4f} to {now:.4f} GFLOP a study")
faults += [f"{name} is in the baseline and was not measured" for name in known.keys() - work.keys()]
if last["conservation_error"] > CONSERVATION_MAX:
    faults.append(f"conservation error {last['conservation_error']:.4f}")
for fault in faults:
    print("energy-gate:", fault)
sys.exit(1 if faults else 0)

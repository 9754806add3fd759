"""Has vigil-gateway map many records: each of some examples, its numbers drawn anew.

    vary.py PROGRAM COUNT FOLDER     prints a line of JSON a record, as `vigil-gateway map --json` does
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile


def vary(record, number):
    record = json.loads(json.dumps(record))
    record["study"]["uid"] = f"1.2.826.0.1.3680043.8.498.{number}"
    for result in record.get("findings", []):
        if "probability" in result:
            result["probability"] = random.choice([0, 1, 1e-7, round(random.random(), 7)])
        if "label" in result and random.random() < 0.2:
            result["label"] += random.choice([" | ^ & ~ \\", " é Ü 漢", " \r\n", ' "<x>"'])
    if "urgency" in record:
        record["urgency"] = round(random.random(), 7)
    return record


def main():
    program, count, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
    random.seed(1)
    examples = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    examples = [e for e in examples if "assessment" in e]
    with tempfile.TemporaryDirectory() as work:
        path = pathlib.Path(work) / "record.json"
        for number in range(count):
            path.write_text(json.dumps(vary(examples[number % len(examples)], number)))
            made = subprocess.run(
                [program, "map", "--test", str(path), "--json"], capture_output=True, text=True)
            if made.returncode:
                sys.exit(f"record {number} is not mapped: {made.stderr}")
            sys.stdout.write(made.stdout)


if __name__ == "__main__":
    main()

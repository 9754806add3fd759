"""Checks Schemas/ with the reference validator.

Every schema is valid, every valid example passes and
every invalid one fails. It also checks that asyncapi.yaml refers to files that exist.

Usage: check_schemas.py [path of Schemas]; requirements: requirements.txt beside this file.
"""

import json
import pathlib
import re
import sys

import jsonschema
import referencing


def main() -> int:
    here = pathlib.Path(__file__).resolve()
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here.parents[2] / "Schemas"
    faults = []
    checked = 0
    for path in sorted(root.glob("*/v*.json")):
        schema = json.loads(path.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        registry = referencing.Registry().with_resource(
            schema["$id"], referencing.Resource.from_contents(schema)
        )
        newest = not (path.parent / f"v{int(path.stem[1:]) + 1}.json").exists()
        folder = "examples" if newest else f"examples-{path.stem}"
        for example in sorted(path.parent.glob(f"{folder}/*/*.json")):
            reference = schema["$id"]
            if example.name.startswith("structured-"):
                reference += "#/$defs/cloudEvent"
            validator = jsonschema.Draft202012Validator({"$ref": reference}, registry=registry)
            try:
                value = json.loads(example.read_text())
                ok = validator.is_valid(value)
            except json.JSONDecodeError:
                ok = False
            checked += 1
            if ok != (example.parent.name == "valid"):
                faults.append(f"{example}: {'passes' if ok else 'fails'}")
    text = (root / "asyncapi.yaml").read_text()
    for reference in re.findall(r"\$ref:\s*['\"]?\./([^'\"#\s]+)", text):
        if not (root / reference).is_file():
            faults.append(f"asyncapi.yaml refers to {reference}, which is missing")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{checked} examples checked, {len(faults)} faults")
    return 1 if faults or checked < 100 else 0


if __name__ == "__main__":
    sys.exit(main())

"""Holds what Deploy/sbom writes against other programs' readers, against `ldd`, and against twins
with faults, which must be refused: for Deploy/test. Takes the folder of the programs."""

import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import faults  # noqa: E402
import inventory  # noqa: E402
import libraries  # noqa: E402

failures = []


def expect(what, holds):
    if not holds:
        failures.append(what)
        print(f"provenance: {what}", file=sys.stderr)


def written(build, folder):
    subprocess.run([HERE.parent / "sbom", "--build", build, "--out", folder], check=True,
                   stdout=subprocess.DEVNULL)
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def is_cyclonedx(document):
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document)) is None


def meets_ntia(document, folder):
    path = folder / "judged.spdx.json"
    path.write_text(json.dumps(document))
    checker = pathlib.Path(sys.executable).with_name("ntia-checker")
    return subprocess.run([checker, "--quiet", path], capture_output=True).returncode == 0


def unlisted(bill, build):
    """What `ldd` lists with a file, and the bill does not."""
    named = {each["name"] for piece in bill["components"] for each in piece.get("components", [])}
    missing = set()
    for program in inventory.programs(HERE.parents[1]):
        told = subprocess.run(["ldd", build / program], check=True, capture_output=True, text=True)
        missing |= set(re.findall(r"(/\S+) \(0x", told.stdout)) - named
    return missing


def dangling(bill):
    refs = {"vigil"} | {piece["bom-ref"] for piece in bill["components"]}
    return {ref for each in bill["dependencies"] for ref in [each["ref"], *each["dependsOn"]]} - refs


def changed(document, change):
    twin = copy.deepcopy(document)
    change(twin)
    return twin


def check(build, folder):
    first, second = written(build, folder / "1"), written(build, folder / "2")
    expect("a second run writes other bytes", first == second)
    documents = {name: json.loads(text) for name, text in first.items()}
    bill, spdx = documents["vigil.cdx.json"], documents["vigil.spdx.json"]
    for name, document in documents.items():
        if name.endswith(".cdx.json"):
            expect(f"{name} is no CycloneDX 1.6", is_cyclonedx(document))
            expect(f"{name} passes with a type that there is not", not is_cyclonedx(
                changed(document, lambda it: it["metadata"]["component"].update(type="thing"))))
    expect("vigil.spdx.json lacks what NTIA asks for", meets_ntia(spdx, folder))
    expect("NTIA's check passes without a supplier", not meets_ntia(
        changed(spdx, lambda it: it["packages"][3].pop("supplier")), folder))
    expect(f"libraries are not listed: {unlisted(bill, build)}", not unlisted(bill, build))
    expect("a library that was taken out is not missed", unlisted(changed(
        bill, lambda it: it["components"].remove(
            next(each for each in it["components"] if each["name"] == "libdcmtk17"))), build))
    expect(f"dependencies lead nowhere: {dangling(bill)}", not dangling(bill))
    vex = documents["vigil.vex.cdx.json"]
    expect("a fault has a justification that there is not", not is_cyclonedx(changed(
        vex, lambda it: it["vulnerabilities"][-1]["analysis"].update(justification="unlikely"))))
    stale = [each["id"] for each in vex["vulnerabilities"]
             if each["analysis"]["state"] == "in_triage"]
    expect(f"statements are to be judged anew: {', '.join(stale)}", not stale)
    statements(build)


def statements(build):
    """One that rests on something else than what is so is not made."""
    found = inventory.Inventory(HERE.parents[1], build, HERE.parents[1] / "Deploy/models/vigil-mini")
    package = libraries.package("libdcmtk17")
    good = {"judged": package.source_version, "holds": {"not_loaded": ["libdcmwlm"]}}
    for change in ({}, {"judged": "3.6.7-1"}, {"holds": {"not_loaded": ["libdcmdata"]}},
                   {"holds": {"lacks": {"librdkafka.so.1": "libssl"}}},
                   {"holds": {"file": {"LICENSE": "no such line"}}},
                   {"holds": {"absent": {"Sources/Edge/CDicomNetwork": ["DcmSCU"]}}}):
        expect(f"a statement with {change} is {'not ' if not change else ''}made",
               (faults.obstacle(good | change, package, found) is None) == (not change))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        check(pathlib.Path(sys.argv[1]), pathlib.Path(work))
    print("provenance: all as it should be" if not failures else f"{len(failures)} faults")
    sys.exit(1 if failures else 0)

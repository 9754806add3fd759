"""Has two validators of FHIR R4 judge transactions, and shows that both refuse broken ones.

    judge_fhir.py FILE…      each file a Bundle, or a line a Bundle

Bundles are judged whole by pyrofile-validator, with the extensions of Deploy/gateway declared, and
resource by resource by fhircraft; both pass over a status that is none, which is checked here. Then
twins of one Bundle, each broken in one way, are judged; each must be refused by somebody. Prints what was found; 1 is the exit code where anything is amiss.
"""

import copy
import json
import pathlib
import sys
import time

OBSERVED = {"registered", "preliminary", "final", "amended", "corrected", "cancelled",
            "entered-in-error", "unknown"}
STATUSES = {
    "DiagnosticReport": OBSERVED | {"partial", "appended"}, "Observation": OBSERVED,
    "Device": {"active", "inactive", "entered-in-error", "unknown"}, "Provenance": {None},
}


def pyrofile_errors():
    from pyrofile_validator import Validator

    from pyrofile_validator.config import ValidatorConfig

    declared = pathlib.Path(__file__).resolve().parents[2] / "gateway"
    validator = Validator(ValidatorConfig(local_package_paths=[str(declared)]))

    def errors(bundle):
        report = validator.validate_resource(bundle)
        return [f"{i.code} at {i.path}: {i.message}" for i in report.issues
                if str(i.severity).lower().endswith(("error", "fatal"))
                # It knows of a status only those that a page of R4 begins to list.
                and not (i.code == "terminology.required" and i.path.endswith(".status"))]
    return errors


def status_errors(bundle):
    """Ours: the codes of diagnostic-report-status and observation-status of R4, whole."""
    return [f"{e['resource']['resourceType']}.status is '{e['resource'].get('status')}'"
            for e in bundle["entry"]
            if e["resource"].get("status") not in STATUSES[e["resource"]["resourceType"]]]


def fhircraft_errors():
    from fhircraft.fhir.resources.datatypes.R4.core.device import Device
    from fhircraft.fhir.resources.datatypes.R4.core.diagnostic_report import DiagnosticReport
    from fhircraft.fhir.resources.datatypes.R4.core.observation import Observation
    from fhircraft.fhir.resources.datatypes.R4.core.provenance import Provenance

    known = {c.__name__: c for c in (Device, DiagnosticReport, Observation, Provenance)}

    def errors(bundle):
        found = []
        for entry in bundle["entry"]:
            resource = entry["resource"]
            try:
                known[resource["resourceType"]].model_validate(resource)
            except Exception as error:  # Each validator has a class of its own.
                found.append(str(error).replace("\n", " ")[:300])
        return found
    return errors


def first(bundle, kind):
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind)


def broken(bundle):
    """Twins of a bundle, each broken in one way."""
    def twin(name, change):
        made = copy.deepcopy(bundle)
        change(made)
        return name, made
    observation = lambda b: first(b, "Observation")
    report = lambda b: first(b, "DiagnosticReport")
    yield twin("a status that is none", lambda b: observation(b).update(status="maybe"))
    yield twin("no status", lambda b: report(b).pop("status"))
    yield twin("no code", lambda b: observation(b).pop("code"))
    yield twin("an element that is none", lambda b: report(b).update(verdict="x"))
    yield twin("issued without a zone", lambda b: report(b).update(issued="2026-11-29T10:00:00"))
    yield twin("a value and why there is none",
               lambda b: observation(b).update(
                   valueString="x", dataAbsentReason={"text": "x"}))
    yield twin("a reference of the wrong type", lambda b: report(b).update(subject="Patient/1"))
    yield twin("a list where one belongs", lambda b: report(b).update(conclusion=["x"]))
    yield twin("no recorded time", lambda b: first(b, "Provenance").pop("recorded"))
    yield twin("no agent", lambda b: first(b, "Provenance").pop("agent"))
    yield twin("an entry without a request", lambda b: b["entry"][0].pop("request"))
    yield twin("a method that is none",
               lambda b: b["entry"][0]["request"].update(method="WRITE"))
    yield twin("a version without a value",
               lambda b: first(b, "Device").update(version=[{"type": {"text": "x"}}]))


def bundles(paths):
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    value = json.loads(line)
                    yield value.get("fhir", value)


def main():
    began = time.monotonic()
    judges = {"pyrofile-validator": pyrofile_errors(), "fhircraft": fhircraft_errors(),
              "our list of statuses": status_errors}
    print(f"validators loaded in {time.monotonic() - began:.1f} s", flush=True)
    count, faults, whole = 0, 0, None
    took = dict.fromkeys(judges, 0.0)
    for bundle in bundles(sys.argv[1:]):
        count += 1
        if whole is None and len(bundle["entry"]) > 4:
            whole = bundle
        for name, judge in judges.items():
            began = time.monotonic()
            errors = judge(bundle)
            took[name] += time.monotonic() - began
            faults += len(errors)
            for error in errors[:3]:
                print(f"bundle {count}: {name}: {error}")
    print(f"{count} bundles, {faults} errors; " + ", ".join(
        f"{name} {seconds:.1f} s" for name, seconds in took.items()))
    missed = 0
    for name, twin in broken(whole):
        refusing = [judge for judge, errors in judges.items() if errors(twin)]
        missed += not refusing
        print(f"broken ({name}): refused by {', '.join(refusing) or 'nobody'}")
    return 1 if faults or missed or not count else 0


if __name__ == "__main__":
    sys.exit(main())

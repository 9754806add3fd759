"""Judges of structured reports that do not know Vigil."""

import json
import os
import subprocess
import sysconfig

# Java 17 stops the validator's own stylesheets at bounds that it did not know.
JAVA = ["-Djdk.xml.xpathTotalOpLimit=0", "-Djdk.xml.xpathExprOpLimit=0",
        "-Djdk.xml.xpathExprGrpLimit=0"]
PIXELMED = "/usr/share/java/pixelmed.jar"


def dciodvfy(path):
    """Its errors; its warnings are about each private code."""
    run = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True,
                         errors="replace", timeout=60)
    lines = (run.stdout + run.stderr).splitlines()
    if not any("Comprehensive3DSR" in line for line in lines):
        return ["dciodvfy does not name the IOD"]
    return [line for line in lines if line.startswith("Error")]


class SRValidator:
    """PixelMed's validator, in one virtual machine for all documents."""

    def __init__(self):
        import jpype
        if not jpype.isJVMStarted():
            jpype.startJVM(*JAVA, classpath=[PIXELMED])
        self._validator = jpype.JClass("com.pixelmed.validate.DicomSRValidator")()

    def errors(self, path):
        """Its errors. It ends well whatever it finds, so that its last words are asked for."""
        lines = str(self._validator.validate(path)).splitlines()
        if not any("IOD validation complete" in line for line in lines):
            return ["DicomSRValidator did not come to its end"]
        return [line for line in lines
                if line.startswith("Error") or "illegal relationship" in line]


def _children(item, name=None):
    children = getattr(item, "ContentSequence", None) or []
    return [one for one in children if name is None or _name(one) == name]


def _name(item):
    names = getattr(item, "ConceptNameCodeSequence", None)
    return _code(names[0]) if names else None


def _code(item):
    for tag in ("CodeValue", "LongCodeValue"):
        if tag in item:
            return str(getattr(item, tag))
    return None


def _number(item):
    measured = item.MeasuredValueSequence[0]
    return float(measured.FloatingPointValue), float(measured.NumericValue)


def _boxes(number, uids):
    """Of the outlines below a number: place of the image, frame, corner and size."""
    found = []
    for line in _children(number):
        if line.ValueType != "SCOORD":
            continue
        points = [float(value) for value in line.GraphicData]
        columns, rows = points[0::2], points[1::2]
        reference = _children(line)[0].ReferencedSOPSequence[0]
        frame = int(getattr(reference, "ReferencedFrameNumber", 1)) - 1
        found.append([uids.index(reference.ReferencedSOPInstanceUID), frame,
                      int(min(columns)), int(min(rows)), int(max(columns) - min(columns)),
                      int(max(rows) - min(rows))])
    return found


ANSWERS = {"52101004": "flagged", "272519000": "not_flagged", "373068000": "abstained"}


def _result(group, uids):
    texts = [one.TextValue for one in _children(group, "112039")]
    result = {"name": texts[0], "boxes": []}
    why = []
    for item in _children(group):
        name = _name(item)
        if item.ValueType == "NUM" and name == "122157":
            result["probability"], _ = _number(item)
            result["boxes"] = _boxes(item, uids)
        elif item.ValueType == "NUM" and name == "calibrated_probability":
            result["calibrated"], decimal = _number(item)
            if abs(decimal - result["calibrated"]) > 1e-12:
                result["calibrated"] = decimal
        elif item.ValueType == "CODE" and name == "reason_undetermined":
            why.append(_code(item.ConceptCodeSequence[0]))
        elif item.ValueType == "CODE":
            result["code"] = name
            result["answer"] = ANSWERS.get(_code(item.ConceptCodeSequence[0]))
    if why:
        result["why"] = why
    return result


def read_back(path, truth):
    """What the document says, by highdicom and pydicom, where it is not what it has to say."""
    import highdicom
    document = highdicom.sr.srread(path)
    differences = []

    def expect(what, found, wanted):
        if found != wanted:
            differences.append(f"{what}: {found!r} instead of {wanted!r}")

    expect("uid", str(document.SOPInstanceUID), truth["uid"])
    expect("study", str(document.StudyInstanceUID), truth["study"])
    expect("patient", str(document.PatientName), truth["patient"])
    expect("study's date", str(document.StudyDate), "20261129")
    expect("flags", (document.VerificationFlag, document.PreliminaryFlag),
           ("UNVERIFIED", "PRELIMINARY"))
    expect("predecessor", "PredecessorDocumentsSequence" in document,
           truth["shape"] in ("revised", "retracted"))
    evidence = [str(instance.ReferencedSOPInstanceUID)
                for study in document.get("CurrentRequestedProcedureEvidenceSequence", [])
                for series in study.ReferencedSeriesSequence
                for instance in series.ReferencedSOPSequence]
    expect("images", sorted(evidence), sorted(truth["images"]))
    sections = {_name(one): one for one in _children(document)}
    groups = _children(sections["126010"]) if "126010" in sections else []
    found = [_result(group, truth["images"]) for group in groups]
    expect("results", found, truth["results"])
    reasons = [_code(one.ConceptCodeSequence[0])
               for one in _children(sections["C0034375"], "reason_not_assessed")]
    expect("reasons", reasons, truth["reasons"])
    # The measurement groups as highdicom's own classes see them.
    groups = document.content.get_image_measurement_groups() if groups else []
    expect("groups", len(groups), len(truth["results"]))
    for group, result in zip(groups, truth["results"]):
        values = {one.name.value: one.value for one in group.get_measurements()}
        expect("probability by highdicom", values.get("122157"), result.get("probability"))
        expect("algorithm", group.method is None and _algorithm(group), "vigil-mini")
    return differences


def _algorithm(group):
    names = [one.TextValue for one in group[0].ContentSequence if _name(one) == "111001"]
    return names[0] if names else None


def dcmqi(path, truth, folder):
    """What dcmqi's reader gives otherwise; it reads measurements alone."""
    out = os.path.join(folder, "dcmqi.json")
    tool = os.path.join(sysconfig.get_path("scripts"), "tid1500reader")
    run = subprocess.run([tool, "--inputDICOM", path, "--outputMetadata", out],
                         capture_output=True, text=True, timeout=60)
    if run.returncode:
        return [f"tid1500reader ends with {run.returncode}: {run.stderr[-200:]}"]
    with open(out, encoding="utf-8") as file:
        groups = json.load(file).get("Measurements", [])
    found = {}
    for group in groups:
        for item in group.get("measurementItems", []):
            if item["quantity"]["CodeValue"] == "122157":
                found[group["TrackingIdentifier"]] = float(item["value"])
    wanted = {one["name"]: one["probability"] for one in truth["results"] if "probability" in one}
    if found.keys() != wanted.keys():
        return [f"dcmqi reads {sorted(found)} instead of {sorted(wanted)}"]
    return [f"dcmqi reads {found[name]} instead of {value}" for name, value in wanted.items()
            if abs(found[name] - value) > 1e-7 * abs(value)]

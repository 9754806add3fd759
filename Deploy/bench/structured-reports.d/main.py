"""The checks of `Deploy/bench/structured-reports`."""

import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import pydicom

import judges

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from measuring import Parser, built, positive  # noqa: E402

SHOWN = 20


def parse():
    parser = Parser(prog="structured-reports")
    parser.add_argument("--checkout", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--reports", type=positive, default=1000)
    parser.add_argument("--validate-every", type=positive, default=1,
                        help="asks DicomSRValidator, which is slow, of every so many")
    parser.add_argument("--keep", type=pathlib.Path, help="keeps the documents in this folder")
    return parser.parse_args()


def without_flag(document):
    del document.CompletionFlag


def illegal_relationship(document):
    for item in numbers(document):
        item.RelationshipType = "SELECTED FROM"


def numbers(document):
    for section in document.ContentSequence:
        for group in section.get("ContentSequence", []):
            for item in group.get("ContentSequence", []):
                if item.ValueType == "NUM":
                    yield item


def other_number(document):
    for item in numbers(document):
        value = item.MeasuredValueSequence[0]
        value.FloatingPointValue = 1 - value.FloatingPointValue
        value.NumericValue = f"{value.FloatingPointValue:.8f}"


def other_answer(document):
    for section in document.ContentSequence:
        for group in section.get("ContentSequence", []):
            for item in group.get("ContentSequence", []):
                if item.ValueType == "CODE" and "ConceptCodeSequence" in item:
                    code = item.ConceptCodeSequence[0]
                    if code.get("CodeValue") == "52101004":
                        code.CodeValue = "272519000"


class Run:
    def __init__(self, folder):
        self.folder = folder
        self.validator = judges.SRValidator()
        self.seconds = collections.Counter()

    def ask(self, name, *words):
        started = time.monotonic()
        try:
            return {
                "dciodvfy": lambda path, truth: judges.dciodvfy(path),
                "DicomSRValidator": lambda path, truth: self.validator.errors(path),
                "highdicom": judges.read_back,
                "dcmqi": lambda path, truth: judges.dcmqi(path, truth, self.folder),
            }[name](*words)
        finally:
            self.seconds[name] += time.monotonic() - started

    def twin(self, name, path, truth, breaks):
        """Whether a judge that takes a document refuses it once it is broken."""
        broken = str(pathlib.Path(self.folder) / "broken.dcm")
        document = pydicom.dcmread(path)
        breaks(document)
        document.save_as(broken)
        return not self.ask(name, path, truth) and bool(self.ask(name, broken, truth))


def processor():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return "unknown"


JUDGES = {
    "dciodvfy": without_flag, "DicomSRValidator": illegal_relationship,
    "highdicom": other_answer, "dcmqi": other_number,
}


def main():
    options = parse()
    program = built("VigilStructuredReports", options)
    folder = tempfile.mkdtemp(prefix="vigil-reports-")
    try:
        return judge(options, program, str(options.keep or folder), Run(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def judge(options, program, folder, run):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    subprocess.run([str(program), folder, str(options.reports)], check=True)
    writing = time.monotonic() - started
    with open(f"{folder}/truth.jsonl", encoding="utf-8") as file:
        truths = [json.loads(line) for line in file]
    errors = collections.Counter()
    asked = collections.Counter()
    shapes = collections.Counter()
    flagged = None
    for number, truth in enumerate(truths, 1):
        path = f"{folder}/{number}.dcm"
        shapes[truth["shape"]] += 1
        if truth["shape"] == "boxes":
            flagged = (path, truth)
        for name in JUDGES:
            if name == "DicomSRValidator" and number % options.validate_every:
                continue
            asked[name] += 1
            found = run.ask(name, path, truth)
            errors[name] += len(found)
            for line in found[:3] if errors[name] <= SHOWN else []:
                print(f"{number} ({truth['shape']}) {name}: {line}", flush=True)
    twins = {name: flagged is not None and run.twin(name, *flagged, breaks)
             for name, breaks in JUDGES.items()}
    holds = sum(errors.values()) == 0 and all(twins.values()) and len(shapes) == 11
    print(json.dumps({
        "reports": len(truths), "shapes": dict(shapes), "judged": dict(asked),
        "errors": {name: errors[name] for name in JUDGES}, "broken_twins_refused": twins,
        "seconds": {name: round(value, 1) for name, value in run.seconds.items()},
        "writing_ms_each": round(1000 * writing / len(truths), 2),
        "cpu": processor(), "date": time.strftime("%Y-%m-%d"), "holds": holds,
    }))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

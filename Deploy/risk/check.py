"""Holds the page of risks and requirements against the sources, and shows that twins with faults are
refused: for Deploy/test."""

import copy
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import traceability  # noqa: E402


def twins(tree):
    """Trees with one fault each, and a word of what has to be said of it."""
    def twin(change):
        other = copy.deepcopy(tree)
        change(other.risks["risks"], other.requirements, other)
        return other

    yield "no test", twin(lambda risks, rows, _: rows[0]["tests"].append("A/BTests.gone"))
    yield "name a test", twin(lambda risks, rows, _: rows[0]["tests"].clear())
    yield "name a source", twin(lambda risks, rows, _: rows[0]["sources"].clear())
    yield "there is no Sources/", twin(lambda risks, rows, _: rows[0]["sources"].append("Sources/Gone"))
    yield "there is no README", twin(lambda risks, rows, _: rows[0].update(page="README.md#gone"))
    yield "no requirement", twin(lambda risks, rows, _: risks[0]["controls"][0].update(requirements=["Q99"]))
    yield "asks for nothing", twin(lambda risks, rows, _: risks[0]["controls"][0]["requirements"].clear())
    yield "proves none", twin(lambda risks, rows, _: risks[0]["tests"].append(rows[-1]["tests"][0]))
    yield "grows", twin(lambda risks, rows, _: risks[0].update(before=1, after=2))
    yield "what is left", twin(lambda risks, rows, _: risks[0].update(residual=""))
    yield "no threat", twin(lambda risks, rows, _: risks[0]["threats"].append("V99"))
    yield "no risk names", twin(lambda risks, rows, other: other.threats.add("V99"))
    yield "other members", twin(lambda risks, rows, _: risks[0].pop("hazard"))
    yield "another number", twin(lambda risks, rows, _: risks.reverse())


def main():
    told = subprocess.run([sys.executable, "-B", HERE / "traceability.py", "--check"]).returncode
    failures = ["the page is not what the sources say"] if told else []
    tree = traceability.Tree(HERE.parents[1])
    for wanted, other in twins(tree):
        if not any(wanted in fault for fault in traceability.faults(other)):
            failures.append(f"a twin was taken that should be refused: {wanted}")
    other = copy.deepcopy(tree)
    other.requirements[0]["says"] += " Or not."
    if traceability.page(other) == traceability.page(tree):
        failures.append("a changed requirement does not change the page")
    for failure in failures:
        print(f"risk: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

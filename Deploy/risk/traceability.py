"""Risks, requirements, sources and tests, each held against the others, as one page.

    python3 Deploy/risk/traceability.py            writes Deploy/risk/TRACEABILITY.md anew
    python3 Deploy/risk/traceability.py --check    ends with 1 where the page is not what the sources say

Reads risks.json and requirements.json beside it, Deploy/security/threats.json, the tests' own names and
Package.swift. Ends with 1 and a line for each fault: something that is named and not there, a
requirement without a source or a test, a control without a requirement, a risk whose tests prove none of its controls,
a threat that no risk names, a probability that grows by controls.
"""

import argparse
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))

from measuring import Parser  # noqa: E402

PAGE = "Deploy/risk/TRACEABILITY.md"
# Severity and probability as numbers, added up: what a risk is called then.
LEAST_TO_REDUCE, LEAST_TO_WEIGH = 6, 8
KINDS = {"design": "by design", "protection": "by protection", "information": "by information"}
RISK_MEMBERS = {"id", "hazard", "cause", "sequence", "harm", "severity", "before", "controls",
                "tests", "after", "residual", "threats"}
REQUIREMENT_MEMBERS = {"id", "says", "page", "sources", "tests"}


class Tree:
    """A checkout, as far as it is asked."""

    def __init__(self, root):
        self.root = root
        self.risks = self.read("Deploy/risk/risks.json")
        self.requirements = self.read("Deploy/risk/requirements.json")
        self.threats = {each["SID"] for each in self.read("Deploy/security/threats.json")}

    def read(self, path):
        return json.loads((self.root / path).read_text())

    def text(self, path):
        file = self.root / path
        return file.read_text() if file.is_file() else ""

    def sentence(self, test):
        """What a test's name says; None where there is no such test."""
        file, _, function = test.partition(".")
        found = re.search(
            r'@Test\(\s*"([^"]*)"(?:(?!@Test).)*?func ' + re.escape(function) + r"\(",
            self.text(f"Tests/{file}.swift"), re.DOTALL)
        return found and found.group(1)

    def has_heading(self, page):
        path, _, wanted = page.partition("#")
        headings = re.findall(r"^#+ (.*)$", self.text(path), re.MULTILINE)
        return wanted in {
            re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def targets(self):
        """The folders of the targets, as Package.swift groups them."""
        groups = self.text("Package.swift").split("let groups", 1)[1].split("\n]\n", 1)[0]
        for name, members in re.findall(r'"(\w+)": \[(.*?)\]', groups, re.DOTALL):
            for target in re.findall(r'"([\w-]+)"', members):
                yield f"Sources/{name}/{target}"


def faults(tree):
    """What does not hold together."""
    requirements = {each["id"]: each for each in tree.requirements}
    risks = tree.risks["risks"]
    for kind, rows, members in [("R", risks, RISK_MEMBERS),
                                ("Q", tree.requirements, REQUIREMENT_MEMBERS)]:
        for number, row in enumerate(rows, 1):
            if row.get("id") != f"{kind}{number:02}" or set(row) != members:
                yield f"{row.get('id')}: another number or other members than wanted"
    for row in [*tree.requirements, *risks]:
        if not row["tests"]:
            yield f"{row['id']}: name a test"
        for test in row["tests"]:
            if tree.sentence(test) is None:
                yield f"{row['id']}: there is no test {test}"
    for row in tree.requirements:
        if not row["sources"]:
            yield f"{row['id']}: name a source"
        for source in row["sources"]:
            if not (tree.root / source).exists():
                yield f"{row['id']}: there is no {source}"
        if not tree.has_heading(row["page"]):
            yield f"{row['id']}: there is no {row['page']}"
    for risk in risks:
        yield from risk_faults(risk, tree, requirements)
    named = {threat for risk in risks for threat in risk["threats"]}
    yield from (f"no risk names the threat {threat}" for threat in sorted(tree.threats - named))


def risk_faults(risk, tree, requirements):
    grades = [risk["severity"], risk["before"], risk["after"]]
    if not all(grade in range(1, 6) for grade in grades) or risk["after"] > risk["before"]:
        yield f"{risk['id']}: a grade is none, or grows"
    if not risk["residual"] or not risk["controls"]:
        yield f"{risk['id']}: say what controls it and what is left"
    proven = set()
    for control in risk["controls"]:
        if control["kind"] not in KINDS or not control["requirements"]:
            yield f"{risk['id']}: a control is of no kind or asks for nothing"
        for name in control["requirements"]:
            if name not in requirements:
                yield f"{risk['id']}: there is no requirement {name}"
            else:
                proven |= set(requirements[name]["tests"])
    yield from (f"{risk['id']}: {test} proves none of its controls"
                for test in risk["tests"] if test not in proven)
    yield from (f"{risk['id']}: there is no threat {threat}"
                for threat in risk["threats"] if threat not in tree.threats)


def grade(risk, when):
    total = risk["severity"] + risk[when]
    word = ("to weigh" if total >= LEAST_TO_WEIGH
            else "to reduce" if total >= LEAST_TO_REDUCE else "acceptable")
    return f"S{risk['severity']} P{risk[when]}, {word}"


def link(path):
    # A page of the same folder's links lead up twice.
    return f"../../{path}"


def risk_lines(tree):
    yield "## Risks\n"
    yield "| | hazard | cause | before | after |"
    yield "|---|---|---|---|---|"
    for risk in tree.risks["risks"]:
        yield (f"| [{risk['id']}](#{risk['id'].lower()}) | {risk['hazard']} | {risk['cause']} "
               f"| {grade(risk, 'before')} | {grade(risk, 'after')} |")
    for risk in tree.risks["risks"]:
        yield f"\n### {risk['id']}\n"
        yield f"**{risk['hazard']}**: {risk['cause']}.\n"
        yield f"- *How it comes about*: {risk['sequence']}"
        yield f"- *Harm*: {risk['harm']} ({grade(risk, 'before')})"
        for control in risk["controls"]:
            wanted = ", ".join(control["requirements"])
            yield f"- *Controlled {KINDS[control['kind']]}*: {control['says']} ({wanted})"
        tests = ", ".join(f"`{test}`" for test in risk["tests"])
        yield f"- *Proven by*: {tests}"
        yield f"- *Left* ({grade(risk, 'after')}): {risk['residual']}"
        if risk["threats"]:
            yield f"- *Threats*: {', '.join(risk['threats'])}"


def requirement_lines(tree):
    yield "\n## Requirements\n"
    for row in tree.requirements:
        risks = [risk["id"] for risk in tree.risks["risks"] if any(
            row["id"] in control["requirements"] for control in risk["controls"])]
        yield f"### {row['id']}\n"
        yield f"{row['says']} [Promised here]({link(row['page'])})."
        yield f"Controls {', '.join(risks) if risks else 'no risk of this file'}.\n"
        yield f"- *Sources*: {', '.join(f'`{each}`' for each in row['sources'])}"
        for test in row["tests"]:
            yield f"- `{test}`: {tree.sentence(test)}"
        yield ""


def gap_lines(tree):
    """What no requirement speaks of."""
    named = {source for row in tree.requirements for source in row["sources"]}
    bare = [target for target in tree.targets()
            if not any(source == target or source.startswith(target + "/")
                       or target.startswith(source + "/") for source in named)]
    yield "## Sources of which no requirement speaks\n"
    yield ", ".join(f"`{target}`" for target in bare) + "."


def page(tree):
    lines = [
        "# Risks and requirements, traced to sources and tests\n",
        "Made by `Deploy/risk/traceability.py` of [risks.json](risks.json), [requirements.json]"
        "(requirements.json) and the tests' own names; [what it is and what not](README.md).\n",
        *risk_lines(tree), *requirement_lines(tree), *gap_lines(tree)]
    return "\n".join(lines) + "\n"


def main():
    parser = Parser(prog="traceability", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, compare the page")
    options = parser.parse_args()
    tree = Tree(HERE.parents[1])
    found = list(faults(tree))
    if not found and options.check and tree.text(PAGE) != page(tree):
        found = [f"{PAGE} is not what the sources say: run traceability.py"]
    for fault in found:
        print(f"traceability: {fault}", file=sys.stderr)
    if found:
        return 1
    if not options.check:
        (tree.root / PAGE).write_text(page(tree))
    return 0


if __name__ == "__main__":
    sys.exit(main())

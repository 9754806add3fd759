"""CycloneDX VEX of four libraries: what Debian has mended in the versions that are installed, from
its changelogs, and what is known beyond that (statements.json), with whether Vigil can be reached.

A statement is made only while what it rests on is so: the version that it was judged at, the
libraries that programs load, and lines of Vigil's own code. Else it says that it is to be judged
anew."""

import gzip
import json
import pathlib
import re

import bill
import libraries

SOURCES = ["dcmtk", "openjpeg2", "libjpeg-turbo", "librdkafka"]
DOCUMENTS = pathlib.Path("/usr/share/doc")
ENTRY = re.compile(r"^\S+ \(([^)]+)\) ")


def mended(package):
    """The oldest version whose entry in the changelog names each fault."""
    path = DOCUMENTS / package.name / "changelog.Debian.gz"
    found, version = {}, None
    if not path.exists():
        return found
    for line in gzip.open(path, "rt", errors="replace"):
        if match := ENTRY.match(line):
            version = match[1]
        for name in re.findall(r"CVE-\d{4}-\d+", line):
            found[name] = version
    return found


def obstacle(statement, package, found):
    """Why a statement does not hold any more; none if it does."""
    holds = statement["holds"]
    files = {file for piece in found.libraries for file in piece.files}
    names = {libraries.soname(file): file for file in files}
    if package.source_version != statement["judged"]:
        return f"it was judged for {statement['judged']}"
    for prefix in holds.get("not_loaded", []):
        if loaded := [name for name in names if name.startswith(prefix)]:
            return f"a program loads {loaded[0]}"
    for kind, expected in (("lacks", False), ("needs", True)):
        for soname, other in holds.get(kind, {}).items():
            needed = libraries.needed(names[soname]) if soname in names else set()
            if any(name.startswith(other) for name in needed) is not expected:
                return f"{soname} {'needs' if kind == 'lacks' else 'does not need'} {other}"
    for path, text in holds.get("file", {}).items():
        if text not in (found.checkout / path).read_text():
            return f"{path} does not hold '{text}'"
    for folder, texts in holds.get("absent", {}).items():
        code = [path.read_text() for path in (found.checkout / folder).rglob("*.[ch]*")]
        for text in texts:
            if not code or any(text in each for each in code):
                return f"{folder} holds '{text}', or nothing"
    return None


def analysis(statement, package, found):
    why = obstacle(statement, package, found)
    if why:
        return {"state": "in_triage", "detail": f"To be judged anew: {why}."}
    if "state" in statement:
        return {key: statement[key] for key in ("state", "response", "detail")}
    return {"state": "not_affected", "justification": statement["justification"],
            "detail": statement["detail"]}


def document(found, listed):
    serial = listed["serialNumber"].removeprefix("urn:uuid:")
    statements = json.loads(pathlib.Path(__file__).with_name("statements.json").read_text())
    by_source = {}
    for piece in found.libraries:
        by_source.setdefault(piece.properties["debian:source"], []).append(piece)
    out = []
    for source in SOURCES:
        pieces = by_source.get(source, [])
        if not pieces:
            continue
        package = libraries.package(pieces[0].name)
        affects = [{"ref": f"urn:cdx:{serial}/1#{piece.ref}"} for piece in pieces]
        fixed = mended(package)
        for name, version in sorted(fixed.items()):
            out.append({
                "id": name, "source": {"name": "Debian's changelog of " + source},
                "analysis": {"state": "resolved", "response": ["update"],
                             "detail": f"Debian's changelog names it under {source} {version}; "
                                       f"{package.source_version} is installed."},
                "affects": affects})
        for statement in statements:
            if statement["source"] == source and statement["id"] not in fixed:
                out.append({
                    "id": statement["id"], "source": {"url": statement["found"][0]},
                    "advisories": [{"url": url} for url in statement["found"]],
                    "analysis": analysis(statement, package, found), "affects": affects})
    about = {"type": "application", "bom-ref": "vigil", "name": "vigil", "version": found.version}
    return bill.head(found, about, out) | {"vulnerabilities": out}

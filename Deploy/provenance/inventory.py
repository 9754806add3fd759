"""What is in the built programs: asked of them, of Debian's packages and of the checkout."""

import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess
import urllib.parse

import libraries

SUPPLIER = "Vigil"


def programs(checkout):
    """The names of the programs that Deploy/install puts in their place, vigil's first."""
    text = (checkout / "Deploy/install").read_text()
    lists = re.findall(r"\b(?:programs|laboratory|gateway)=\(([^)]+)\)", text, re.M)
    return sorted({name for each in lists for name in each.split()})


class Unknown(Exception):
    """Something is in the programs of which nothing true can be said."""


@dataclasses.dataclass
class Piece:
    """A thing with a name and a version, from somebody."""

    ref: str
    kind: str  # CycloneDX's type
    name: str
    version: str
    supplier: str
    purl: str
    files: list = dataclasses.field(default_factory=list)  # of pathlib.Path
    properties: dict = dataclasses.field(default_factory=dict)
    needs: set = dataclasses.field(default_factory=set)  # refs
    licence: str | None = None
    is_in_program: bool = True


@functools.cache
def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def output(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def purl(kind, name, version, **qualifiers):
    tail = "&".join(f"{key}={value}" for key, value in sorted(qualifiers.items()))
    return f"pkg:{kind}/{name}@{urllib.parse.quote(version, safe='.-_~')}" + (tail and f"?{tail}")


class Inventory:
    """All pieces, by their refs, and what each needs."""

    def __init__(self, checkout, build, model):
        self.checkout, self.build = checkout, build
        self.version = output(build / "vigil", "--version").split()[-1]
        self.time = self._time()
        self.programs = [self._program(name) for name in programs(checkout)]
        self.libraries = self._libraries()
        self.swift = self._swift()
        self.data = [self._file(path) for path in self._data_files()]
        self.model = self._model(model)
        self.python = self._python()
        self.tools = self._tools()
        for program in self.programs:
            program.needs.add(self.swift.ref)
        self.programs[0].needs |= {piece.ref for piece in [*self.data, self.model]}

    @property
    def pieces(self):
        return [*self.programs, *self.libraries, self.swift, *self.data, self.model, *self.tools,
                *self.python]

    def name(self, path):
        """How a file is named: a program by its name, what is of the checkout below it, and any
        other by its place."""
        path = pathlib.Path(path)
        for folder in (self.build, self.checkout):
            if path.is_relative_to(folder):
                return str(path.relative_to(folder))
        return str(path)

    def digests(self, piece):
        """SHA-256 of a piece's files, by their names."""
        return {self.name(path): digest(path) for path in piece.files}

    def _time(self):
        """Seconds since 1970, the same for the same programs."""
        if given := os.environ.get("SOURCE_DATE_EPOCH"):
            return int(given)
        try:
            return int(output("git", "log", "-1", "--format=%ct", cwd=self.checkout))
        except (OSError, subprocess.CalledProcessError):
            return int((self.build / "vigil").stat().st_mtime)

    def _program(self, name):
        return Piece(
            ref=f"program:{name}", kind="application", name=name, version=self.version,
            supplier=SUPPLIER, purl=purl("generic", name, self.version), licence="Apache-2.0",
            files=[self.build / name])

    def _libraries(self):
        """A piece for each Debian package of which a program loads a library."""
        files = {file for one in self.programs for file in libraries.loaded(one.files[0])}
        packages, by_file = {}, {}
        for file, owner in libraries.owners(files).items():
            if owner is None:
                raise Unknown(f"{file}, which a program loads, belongs to no package")
            by_file[file] = owner.name
            packages.setdefault(owner.name, (owner, set()))[1].add(file)
        refs = {name: f"deb:{name}" for name in packages}
        sonames = {libraries.soname(file): refs[name] for file, name in by_file.items()}
        for program in self.programs:
            needed = libraries.needed(program.files[0])
            program.needs |= {sonames[name] for name in needed if name in sonames}
        release = platform.freedesktop_os_release()
        distribution = f"{release['ID']}-{release['VERSION_ID']}"
        pieces = []
        for name, (owner, files) in sorted(packages.items()):
            needed = {each for file in files for each in libraries.needed(file)}
            pieces.append(Piece(
                ref=refs[name], kind="library", name=name, version=owner.version,
                supplier=release["NAME"].split()[0], files=sorted(files),
                purl=purl("deb/debian", name, owner.version, arch=owner.architecture,
                          distro=distribution),
                properties={"debian:source": owner.source,
                            "debian:source-version": owner.source_version},
                needs={sonames[each] for each in needed if each in sonames} - {refs[name]}))
        return pieces

    def _swift(self):
        """The Swift runtime, which stands in the programs, as the compiler here names itself."""
        try:
            told = output("swift", "--version")
        except (OSError, subprocess.CalledProcessError) as fault:
            raise Unknown(f"swift --version fails, and its runtime is in the programs: {fault}")
        match = re.search(r"Swift version (\S+)", told)
        if match is None:
            raise Unknown(f"swift --version names no version: {told.strip()}")
        return Piece(
            ref="swift", kind="framework", name="swift-runtime", version=match[1],
            supplier="Swift project", purl=purl("generic", "swift-runtime", match[1]),
            licence="Apache-2.0 WITH Swift-exception",
            properties={"vigil:linked": "static", "vigil:compiler": told.splitlines()[0].strip()})

    def _data_files(self):
        """What Deploy/install puts beside the programs, but for the model."""
        deploy = self.checkout / "Deploy"
        return [*sorted(deploy.glob("reports/*.json")), *sorted(deploy.glob("grafana/*.json")),
                *sorted(deploy.glob("grafana/alerts.yml"))]

    def _file(self, path):
        name = str(path.relative_to(self.checkout / "Deploy"))
        return Piece(
            ref=f"file:{name}", kind="file", name=name, version=self.version, supplier=SUPPLIER,
            purl=purl("generic", "vigil-" + path.name, self.version), licence="Apache-2.0",
            files=[path])

    def _model(self, folder):
        told = json.loads(output(self.build / "vigil", "model", "inspect", "--json", folder))
        self.told = told
        return Piece(
            ref="model:" + told["name"], kind="machine-learning-model", name=told["name"],
            version=told["digest"][:16], supplier=SUPPLIER, licence=told["licence"],
            purl=purl("generic", told["name"], told["digest"][:16]),
            files=sorted(path for path in folder.rglob("*") if path.is_file()),
            properties={"vigil:model-digest": told["digest"],
                        "vigil:weights-digest": told["weights_digest"],
                        **{f"vigil:adapter-digest:{each['name']}": each["digest"]
                           for each in told["adapters"]}})

    def _python(self):
        """Packages that scripts of Deploy install to test and to measure; none is in a program."""
        pinned = {}
        for path in sorted((self.checkout / "Deploy").rglob("requirements*.txt")):
            for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text(), re.M):
                users = pinned.setdefault((name.lower().replace("_", "-"), version), set())
                users.add(str(path.relative_to(self.checkout)))
        return [
            Piece(ref=f"pypi:{name}@{version}", kind="library", name=name, version=version,
                  supplier="Python Package Index", purl=purl("pypi", name, version),
                  properties={"vigil:required-by": ", ".join(sorted(users))},
                  is_in_program=False)
            for (name, version), users in sorted(pinned.items())]

    def _tools(self):
        """What builds the programs: the compilers, and Debian's packages with headers."""
        text = (self.checkout / "Deploy/lib/install.sh").read_text()
        names = re.search(r"debian_packages=\(([^)]*)\)", text)[1].split()
        pieces = [Piece(
            ref="tool:swift", kind="application", name="swift", version=self.swift.version,
            supplier="Swift project", purl=purl("generic", "swift", self.swift.version),
            licence="Apache-2.0 WITH Swift-exception", is_in_program=False)]
        for name in names:
            package = libraries.package(name)
            if package is not None:
                pieces.append(Piece(
                    ref=f"tool:{name}", kind="library", name=name, version=package.version,
                    supplier="Debian", is_in_program=False,
                    purl=purl("deb/debian", name, package.version, arch=package.architecture)))
        return pieces

"""Which libraries a program loads, and which package of Debian each came with."""

import dataclasses
import functools
import os
import re
import subprocess


@dataclasses.dataclass(frozen=True)
class Package:
    name: str
    version: str
    architecture: str
    source: str
    source_version: str


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@functools.cache
def loaded(program):
    """The files of all libraries that the loader maps for a program, as `ldd` lists them. The one
    without a file, linux-vdso, is the kernel's."""
    lines = run("ldd", program).splitlines()
    paths = [re.search(r"(?:=> )?(/\S+) \(0x", line) for line in lines]
    return frozenset(match[1] for match in paths if match)


@functools.cache
def needed(file):
    """The names of the libraries that a file asks for itself."""
    return frozenset(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", file)))


@functools.cache
def soname(file):
    found = re.search(r"\(SONAME\).*\[(.*)\]", run("readelf", "-d", file))
    return found[1] if found else os.path.basename(file)


@functools.cache
def package(name):
    """An installed package; nil where it is not."""
    form = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t" \
        "${db:Status-Status}\n"
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", form, name], capture_output=True, text=True)
    for line in done.stdout.splitlines():
        *fields, status = line.split("\t")
        if status == "installed":
            return Package(*fields)
    return None


def owners(files):
    """The package that each file came with; none for one that no package has. Files of /lib may
    be listed as those of /usr/lib, and the other way round."""
    names = {}
    for file in files:
        real = os.path.realpath(file)
        for name in (file, real, "/usr" + file, real.removeprefix("/usr")):
            names.setdefault(name, set()).add(file)
    done = subprocess.run(["dpkg-query", "-S", *names], capture_output=True, text=True)
    found = {}
    for line in done.stdout.splitlines():
        holders, name = line.rsplit(": ", 1)
        for file in names.get(name, ()):
            found[file] = package(holders.split(",")[0])
    return {file: found.get(file) for file in files}

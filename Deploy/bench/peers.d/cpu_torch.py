"""Makes the PyTorch wheel of PyPI importable on a machine without CUDA.

The Linux wheel is linked against CUDA libraries that weigh some 2 GB and that no CPU run enters.
Small stand-ins, that have the names and symbols the loader wants and nothing behind them, take
their place. Only the loader sees them: PyTorch's CPU kernels are the wheel's own, untouched. The
run-time library libcudart is the real one (`requirements.txt`), since it is called while loading.

    python cpu_torch.py        makes them, then imports torch and prints its version
"""

import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

# A stand-in's symbols that carry no version are told apart by these beginnings.
PREFIXES = {
    "libcublasLt": "cublasLt",
    "libcublas": "cublas",
    "libcudnn": "cudnn",
    "libcufft": "cufft",
    "libcufile": "cuFile",
    "libcusolver": "cusolver",
    "libcusparse": "cusparse",
    "libcusparseLt": "cusparseLt",
    "libnccl": "nccl",
    "libnvrtc": "nvrtc",
    "libnvshmem_host": "nvshmem",
}


def tool(*command):
    """The output of a binutils command."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def wanted_names(libraries):
    """Sonames of the CUDA libraries that the wheel's own libraries need."""
    names = set()
    for library in libraries:
        for soname in re.findall(r"NEEDED.*\[(.+)\]", tool("readelf", "-dW", str(library))):
            if soname.split(".")[0] in PREFIXES:
                names.add(soname)
    return names


def versions_by_name(libraries):
    """The symbol versions that are asked of each soname."""
    found = {}
    for library in libraries:
        soname = None
        for line in tool("readelf", "-VW", str(library)).splitlines():
            if match := re.search(r"File: (\S+)", line):
                soname = match[1]
            elif soname and (match := re.search(r"Name: (\S+)", line)):
                found.setdefault(soname, set()).add(match[1])
    return found


def undefined_symbols(libraries):
    """(symbol, version or "") of everything that the wheel's libraries leave undefined."""
    found = set()
    for library in libraries:
        for line in tool("nm", "-D", "--undefined-only", str(library)).splitlines():
            symbol, _, version = line.split()[-1].partition("@")
            found.add((symbol, version.lstrip("@")))
    return found


def compile_stand_in(folder, soname, symbols):
    """One shared library `soname` with `symbols`: {version or "": [symbol…]}."""
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch, "stand_in.c")
        names = sorted({symbol for group in symbols.values() for symbol in group})
        source.write_text("".join(f"char {name}[64];\n" for name in names))
        command = ["cc", "-shared", "-fPIC", str(source), f"-Wl,-soname,{soname}"]
        versioned = {version: group for version, group in symbols.items() if version}
        if versioned:
            script = pathlib.Path(scratch, "versions")
            script.write_text(
                "".join(
                    f"{version} {{ global: {' '.join(f'{name};' for name in sorted(group))} }};\n"
                    for version, group in versioned.items()
                )
            )
            command.append(f"-Wl,--version-script={script}")
        subprocess.run([*command, "-o", str(folder / soname)], check=True)


def make_stand_ins(folder):
    """Writes a stand-in for each CUDA library that the wheel wants and that is not installed."""
    libraries = sorted(folder.glob("lib*.so"))
    undefined = undefined_symbols(libraries)
    versions = versions_by_name(libraries)
    installed = {path.name for path in (folder.parent.parent / "nvidia").rglob("lib*.so*")}
    for soname in sorted(wanted_names(libraries) - installed):
        prefix = PREFIXES[soname.split(".")[0]]
        symbols = {}
        for symbol, version in undefined:
            asked = version in versions.get(soname, ())
            if asked or (not version and symbol.startswith(prefix)):
                symbols.setdefault(version, []).append(symbol)
        compile_stand_in(folder, soname, symbols)


def main():
    spec = importlib.util.find_spec("torch")
    if spec is None:
        sys.exit("torch is not installed here")
    check = [sys.executable, "-W", "ignore", "-c", "import torch; print(torch.__version__)"]
    if subprocess.run(check, capture_output=True).returncode != 0:
        make_stand_ins(pathlib.Path(spec.origin).parent / "lib")
    sys.exit(subprocess.run(check).returncode)


if __name__ == "__main__":
    main()

"""Builds the fuzzer, keeps it going after a failure, and counts: see Deploy/bench/fuzz."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

import energy  # noqa: E402
from measuring import Parser  # noqa: E402

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
CACHE = pathlib.Path(os.environ.get("VIGIL_CACHE", CHECKOUT / ".cache"))
DEFAULTS = {"events": 1_000_000, "records": 1_000_000, "dicoms": 100_000, "safetensors": 100_000,
            "tokenizers": 100_000}
# Inputs of one process: a fault that builds up over many inputs still shows.
CHUNK = 25_000
# A process that says nothing for so long per input stands still, whatever its processor time.
STILL = 60
FAILURES_MAX = 20
# swiftc has no such option here; its runtime is a part of the address sanitizer's, but for `vptr`.
UNDEFINED = ["-fsanitize=undefined", "-fno-sanitize=vptr,function", "-fno-omit-frame-pointer"]
SANITIZERS = {
    # A decoder is held to 1.5 GiB by its sandbox; here an allocation beyond it fails likewise.
    "ASAN_OPTIONS": "allocator_may_return_null=1:max_allocation_size_mb=1536:detect_leaks=1:"
                    "detect_stack_use_after_return=0:handle_sigill=0",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}


def build():
    """The program with sanitizers; a folder of its own, so that other builds stay as they are."""
    folder = CHECKOUT / ".build/sanitized"
    arguments = [
        "swift", "build", "-c", "release", "--scratch-path", str(folder), "--product", "VigilFuzz",
        "--sanitize=address", *(word for flag in UNDEFINED for word in ("-Xcc", flag))]
    print("fuzz: building with sanitizers (some minutes the first time)", file=sys.stderr)
    done = subprocess.run(arguments, cwd=CHECKOUT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout[-4000:], file=sys.stderr)
        sys.exit(69)
    return folder / "release/VigilFuzz"


class Fuzzer:
    """One kind of input."""

    def __init__(self, options, kind, folder):
        self.options, self.kind, self.folder = options, kind, folder
        self.inputs, self.taken, self.failures = 0, 0, []

    def command(self, start, count):
        return [str(self.options.program), self.kind, "--folder", str(self.folder), "--cache",
                str(CACHE), "--seed", str(self.options.seed), "--from", str(start),
                "--count", str(count)]

    def position(self):
        """The input at work."""
        return int.from_bytes((self.folder / "at").read_bytes(), sys.byteorder)

    def run_process(self, start, count):
        """Runs one process to its end, whatever it is; gives its exit code and what it said."""
        (self.folder / "at").write_bytes(start.to_bytes(8, sys.byteorder))
        log = self.folder / "log"
        with open(log, "wb") as out:
            process = subprocess.Popen(
                self.command(start, count), stdout=out, stderr=out,
                env={**os.environ, **SANITIZERS})
            last, since = start, time.monotonic()
            try:
                while process.poll() is None:
                    try:
                        process.wait(1)
                    except subprocess.TimeoutExpired:
                        pass
                    if self.position() != last:
                        last, since = self.position(), time.monotonic()
                    elif time.monotonic() - since > STILL:
                        process.kill()
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        return process.returncode, log.read_text(errors="replace")

    def run(self, count):
        start = 0
        while start < count and len(self.failures) < FAILURES_MAX:
            wanted = min(CHUNK, count - start)
            code, said = self.run_process(start, wanted)
            if code == 0:
                self.inputs += wanted
                self.taken += json.loads(said.strip().splitlines()[-1])["taken"]
                start += wanted
            else:
                failed = self.position()
                self.keep(failed, code, said)
                self.inputs += failed - start + 1
                start = failed + 1

    def keep(self, index, code, said):
        """Keeps the input that failed and tells of it."""
        kept = CACHE / "fuzz"
        kept.mkdir(parents=True, exist_ok=True)
        prefix = kept / f"{self.kind}-{self.options.seed}-{index}"
        subprocess.run([*self.command(index, 1), "--save", str(prefix)], timeout=600,
                       env={**os.environ, **SANITIZERS}, stdout=subprocess.DEVNULL)
        (kept / f"{prefix.name}.log").write_text(said)
        why = signal.Signals(-code).name if code < 0 else f"exit {code}"
        if why in ("SIGPROF", "SIGKILL"):
            why += ", a hang"
        lines = said.strip().splitlines()
        found = next((line for line in lines if "ERROR: " in line or "runtime error" in line),
                     lines[-1] if lines else "")
        self.failures.append({"kind": self.kind, "index": index, "why": why})
        print(f"fuzz: {self.kind} {index} of seed {self.options.seed}: {why}: {found[:200]}\n"
              f"      kept as {prefix}-*", file=sys.stderr)


def read_options():
    def count(text):
        number = int(text)
        if number < 0:
            raise argparse.ArgumentTypeError("a count is 0 or more")
        return number

    parser = Parser(prog="fuzz", description="See the head of Deploy/bench/fuzz.")
    for kind, number in DEFAULTS.items():
        parser.add_argument(f"--{kind}", type=count, default=number, help=f"{number:,} by default")
    parser.add_argument("--seed", type=count, default=1, help="other inputs")
    parser.add_argument("--program", type=pathlib.Path, help="a VigilFuzz that is built already")
    parser.add_argument("--vigil", type=pathlib.Path, default=CHECKOUT / ".build/release/vigil",
                        help="knows what a processor takes (.build/release/vigil)")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    return parser.parse_args()


def joules(power, processor_seconds):
    return f"{power.text(processor_seconds)} J" if power else "joules not known"


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.dicoms and not (CACHE / "pydicom-data/data/SC_rgb.dcm").exists():
        print(f"fuzz: pydicom-data is not in {CACHE}: see Deploy/test", file=sys.stderr)
        sys.exit(69)
    options.program = options.program or build()
    power = energy.Power.ask(options.vigil)
    begun, fuzzers, before = time.monotonic(), [], energy.children_seconds()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    for kind in DEFAULTS:
        used = energy.children_seconds()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="vigil-fuzz-", dir=memory))
        try:
            fuzzer = Fuzzer(options, kind, folder)
            fuzzer.run(getattr(options, kind))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        fuzzers.append(fuzzer)
        print(f"{kind:12} {fuzzer.inputs:>9} inputs, {fuzzer.taken} taken, "
              f"{len(fuzzer.failures)} failed, {time.monotonic() - begun:.0f} s, "
              f"{joules(power, energy.children_seconds() - used)}", flush=True)
    if power:
        print(power.note())
    failures = [failure for fuzzer in fuzzers for failure in fuzzer.failures]
    if options.json:
        print(json.dumps({
            **{fuzzer.kind: fuzzer.inputs for fuzzer in fuzzers}, "failures": len(failures),
            "examples": failures[:10], "seed": options.seed,
            "seconds": round(time.monotonic() - begun),
            **energy.spent(power, energy.children_seconds() - before)}))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

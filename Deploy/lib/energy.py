"""Joules of processor time, modelled alike for every program that spends it.

Watts of a busy logical processor come from `vigil bench engine --json` (`busy_watts`, its bounds and
source), which knows this machine's family of processors. They hold for vector code at the highest
clock, the processor's idle part included and memory left out, so that engines differ by nothing but the
processor time that they took.

    energy.py --vigil PROGRAM --to FILE -- COMMAND…

runs a command, whose exit code it gives, and writes what its processes took to the file, in JSON.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import sys

METHOD = "model"
MODEL = pathlib.Path(__file__).resolve().parents[1] / "models/vigil-mini"
ASK_MAX = 300


class Power:
    """What a second of processor time costs here."""

    def __init__(self, report):
        """`report` is the JSON object of `vigil bench engine`."""
        self.low, self.watts, self.high = (
            float(report[name]) for name in ("busy_watts_low", "busy_watts", "busy_watts_high"))
        self.source = report["busy_watts_source"]

    @classmethod
    def ask(cls, vigil):
        """By this `vigil`; None where it is not there or cannot say."""
        command = [str(vigil), "bench", "engine", "--model", str(MODEL), "--batch", "1",
                   "--threads", "1", "--seconds", "0", "--json"]
        try:
            done = subprocess.run(command, check=True, capture_output=True, timeout=ASK_MAX)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"energy: {error}: no joules are told", file=sys.stderr)
            return None
        return cls(json.loads(done.stdout))

    def joules(self, processor_seconds):
        """A JSON object of energy with its method and interval."""
        return {
            "joules": round(processor_seconds * self.watts, 4),
            "joules_low": round(processor_seconds * self.low, 4),
            "joules_high": round(processor_seconds * self.high, 4),
            "joules_method": METHOD,
        }

    def text(self, processor_seconds):
        """For a cell of a table."""
        return interval(*(processor_seconds * each for each in (self.watts, self.low, self.high)))

    def note(self):
        """The line below a table that says how joules came about."""
        return (f"joules: {METHOD}, processor time at {self.watts:.2f} W "
                f"({self.low:.2f} to {self.high:.2f}) a busy processor, {self.source}")


def interval(value, low, high):
    """A value with its bounds, to three digits or so."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def a_study(joules, low, high, studies, methods):
    """Of energy that workers have published: a JSON object of the mean, its interval, its methods."""
    return {
        name: round(value / max(1, studies), 4) for name, value in (
            ("joules_a_study", joules), ("joules_a_study_low", low), ("joules_a_study_high", high))
    } | {"joules_method": ", ".join(sorted(methods))}


def children_seconds():
    """Processor time of this process's children that have ended, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def spent(power, processor_seconds):
    """A JSON object of processor time and its energy, as far as the power is known."""
    energy = power.joules(processor_seconds) if power else {"joules": None, "joules_method": "none"}
    return {"processor_seconds": round(processor_seconds, 2)} | energy


def main():
    parser = argparse.ArgumentParser(prog="energy.py", description="See the head of this file.")
    parser.add_argument("--vigil", required=True, help="the program that knows the watts")
    parser.add_argument("--to", required=True, type=pathlib.Path, help="where the JSON goes")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    before = children_seconds()
    code = subprocess.run(options.command).returncode
    took = children_seconds() - before
    options.to.write_text(json.dumps(spent(Power.ask(options.vigil), took)))
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()

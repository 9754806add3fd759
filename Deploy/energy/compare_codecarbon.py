"""Holds `vigil bench energy` against CodeCarbon over the same load, in one run.

CodeCarbon watches the machine while vigil runs and measures itself; both say by which method. Prints
one JSON object. CodeCarbon's figure has no interval; Vigil's has one, and `within` says whether
CodeCarbon's lies inside: as it stands, which is the whole machine's, and `same_scope`, which is its
processor energy by vigil's part of the busy processor time. `same_watts` gives both the watts that
CodeCarbon takes for a processor that it does not know, so that nothing but the counting differs.
"""

import argparse
import json
import logging
import os
import pathlib
import resource
import subprocess
import sys

from codecarbon import OfflineEmissionsTracker
from codecarbon.core.cpu import DEFAULT_POWER_PER_CORE

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

from measuring import Parser  # noqa: E402

JOULES_A_KWH = 3.6e6


def busy_seconds():
    """Of all processors since boot: user, nice, system, irq and softirq of /proc/stat."""
    fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]
    ticks = [int(each) for each in fields]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def read_options():
    parser = Parser(
        prog="compare-codecarbon", description="See the head of Deploy/energy/compare-codecarbon.")
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--vigil", help="the program (.build/release/vigil)")
    options = parser.parse_args()
    options.vigil = options.vigil or str(options.checkout / ".build/release/vigil")
    return options


def measure(options):
    """CodeCarbon's data, Vigil's last line, and vigil's and everybody's processor seconds."""
    logging.getLogger("codecarbon").setLevel(logging.ERROR)
    tracker = OfflineEmissionsTracker(
        country_iso_code="DEU", measure_power_secs=1, tracking_mode="machine", save_to_file=False,
        log_level="error", allow_multiple_runs=True,
    )
    command = [
        options.vigil, "bench", "energy", "--json", "--seconds", str(options.seconds), "--model",
        str(options.checkout / "Deploy/models/vigil-mini")]
    tracker.start()
    before = busy_seconds()
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=options.seconds + 300)
    busy = busy_seconds() - before
    tracker.stop()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours = json.loads(run.stdout.splitlines()[-1])
    return tracker.final_emissions_data, ours, usage.ru_utime + usage.ru_stime, busy


def main():
    options = read_options()
    theirs, ours, own, busy = measure(options)
    within = lambda joules: ours["low_joules"] <= joules <= ours["high_joules"]  # noqa: E731
    joules = theirs.energy_consumed * JOULES_A_KWH
    part = min(1.0, own / busy)
    comparable = theirs.cpu_energy * JOULES_A_KWH * part
    print(json.dumps({
        "codecarbon": {
            "method": f"{theirs.tracking_mode}, {theirs.cpu_model}",
            "version": theirs.codecarbon_version,
            "joules": joules,
            "cpu_joules": theirs.cpu_energy * JOULES_A_KWH,
            "ram_joules": theirs.ram_energy * JOULES_A_KWH,
            "cpu_watts": theirs.cpu_power,
            "ram_watts": theirs.ram_power,
            "duration_s": theirs.duration,
        },
        "vigil": {
            name: ours[name]
            for name in (
                "method", "basis", "measured_joules", "low_joules", "high_joules", "duration_s",
                "conservation_error",
            )
        } | {"processor_s": own, "part_of_busy": part},
        "ratio": joules / ours["measured_joules"],
        "within": within(joules),
        "same_scope": {
            "codecarbon_joules": comparable,
            "ratio": comparable / ours["measured_joules"],
            "within": within(comparable),
        },
        "same_watts": {
            "watts_a_processor": DEFAULT_POWER_PER_CORE,
            "vigil_joules": own * DEFAULT_POWER_PER_CORE,
            "ratio": comparable / (own * DEFAULT_POWER_PER_CORE),
        },
    }, indent=2))


if __name__ == "__main__":
    main()

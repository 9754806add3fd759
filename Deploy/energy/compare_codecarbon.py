"""Holds `vigil bench energy` against CodeCarbon over the same load, in one run.

    compare_codecarbon.py VIGIL SECONDS      with PyPI codecarbon 3.3.2 and psutil

CodeCarbon watches the machine while vigil runs and measures itself; both say by which method. Prints
one JSON object. CodeCarbon's figure has no interval; Vigil's has one, and `within` says whether
CodeCarbon's lies inside.
"""

import json
import logging
import subprocess
import sys

from codecarbon import OfflineEmissionsTracker

logging.getLogger("codecarbon").setLevel(logging.ERROR)
vigil, seconds = sys.argv[1:3]
tracker = OfflineEmissionsTracker(
    country_iso_code="DEU", measure_power_secs=1, tracking_mode="machine", save_to_file=False,
    log_level="error", allow_multiple_runs=True,
)
tracker.start()
run = subprocess.run(
    [vigil, "bench", "energy", "--seconds", seconds, "--json"],
    capture_output=True, text=True, check=True,
)
tracker.stop()
theirs = tracker.final_emissions_data
ours = json.loads(run.stdout.splitlines()[-1])
joules = theirs.energy_consumed * 3.6e6
print(
    json.dumps(
        {
            "codecarbon": {
                "method": f"{theirs.tracking_mode}, {theirs.cpu_model}",
                "joules": joules,
                "cpu_joules": theirs.cpu_energy * 3.6e6,
                "ram_joules": theirs.ram_energy * 3.6e6,
                "cpu_watts": theirs.cpu_power,
                "ram_watts": theirs.ram_power,
                "duration_s": theirs.duration,
            },
            "vigil": {
                name: ours[name]
                for name in (
                    "method", "basis", "measured_joules", "low_joules", "high_joules",
                    "duration_s", "conservation_error",
                )
            },
            "ratio": joules / ours["measured_joules"],
            "within": ours["low_joules"] <= joules <= ours["high_joules"],
        },
        indent=2,
    )
)

"""Reads a scrape of /metrics with the reader of prometheus-client, which Prometheus users rely on.

Usage: check_exposition.py FILE
"""

import sys

from prometheus_client.parser import text_string_to_metric_families


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        families = {family.name: family for family in text_string_to_metric_families(file.read())}
    wanted = ["vigil_events_consumed", "vigil_findings_produced", "vigil_transactions", "vigil_ready"]
    wanted += ["vigil_build_info", "process_resident_memory_bytes", "vigil_end_to_end_latency_seconds"]
    missing = [name for name in wanted if name not in families or not families[name].samples]
    nameless = [name for name, family in families.items() if not family.documentation]
    for name in missing:
        print(f"{name} is missing", file=sys.stderr)
    for name in nameless:
        print(f"{name} has no help", file=sys.stderr)
    print(f"{len(families)} metrics read")
    return 1 if missing or nameless else 0


if __name__ == "__main__":
    sys.exit(main())

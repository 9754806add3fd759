"""Checks the dashboard and the alerts against a real Prometheus.

    check.py METRICS FOLDER

promtool tests the rules. Then a Prometheus on a free port reads METRICS, a worker's exposition whose
counters this script lets rise, and every expression of the dashboard must give values. Writes below
FOLDER only; the two servers end with this script.
"""

import http.server
import json
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

here = pathlib.Path(__file__).parent
metrics = pathlib.Path(sys.argv[1]).read_text()
folder = pathlib.Path(sys.argv[2]) / "prometheus"
folder.mkdir(parents=True, exist_ok=True)
# What a worker shows once it knows the grid and has had a window of studies; a demo's has not.
LATER = """vigil_energy_joules_total{source="model",domain="inference"} 30
vigil_energy_joules_per_inference{source="model"} 3
vigil_carbon_grams_total{source="model"} 10
vigil_sci_grams_per_study 0.01
vigil_grid_intensity_grams_per_kwh{zone="DE",source="static"} 400
vigil_grid_intensity_stale 0
"""
shown = {line.split(" ")[0] for line in metrics.splitlines()}
for line in LATER.splitlines():
    series = line.split(" ")[0]
    # A metric without labels is there at 0 from the start.
    if series not in shown:
        metrics += line + "\n"
started = time.monotonic()


class Exposition(http.server.BaseHTTPRequestHandler):
    """The worker's metrics; sums and counts rise with time."""

    def do_GET(self):
        grown = 1 + (time.monotonic() - started)

        def rise(match):
            return f"{match[1]} {float(match[2]) * grown}"

        body = re.sub(
            r"^(\S+(?:_total|_sum|_count|_bucket)(?:\{.*\})?) (\S+)$", rise, metrics, flags=re.M
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, expression):
    query = urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/api/v1/query?{query}", timeout=5
    ) as answer:
        return json.load(answer)["data"]["result"]


def missing(port, expressions):
    """The expressions without a number, by what Prometheus has read so far."""
    out = []
    for expression in expressions:
        values = [float(series["value"][1]) for series in ask(port, expression)]
        if not any(value == value for value in values):
            out.append(expression)
    return out


def main():
    for arguments in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]):
        subprocess.run(["promtool", *arguments], cwd=here, check=True)
    dashboard = json.loads((here / "energy.json").read_text())
    expressions = [t["expr"] for panel in dashboard["panels"] for t in panel["targets"]]
    worker = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exposition)
    threading.Thread(target=worker.serve_forever, daemon=True).start()
    (folder / "prometheus.yml").write_text(
        f"""global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ["{(here / 'alerts.yml').resolve()}"]
scrape_configs:
  - job_name: vigil
    static_configs: [{{targets: ["127.0.0.1:{worker.server_port}"]}}]
"""
    )
    port = free_port()
    server = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        left = expressions
        deadline = time.monotonic() + 90
        while left and time.monotonic() < deadline and server.poll() is None:
            try:
                left = missing(port, expressions)
            except OSError:
                pass  # It is still starting.
            time.sleep(1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/rules", timeout=5) as answer:
            groups = json.load(answer)["data"]["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        broken = [rule["name"] for rule in rules if rule["health"] == "err"]
    finally:
        server.terminate()
        server.wait(timeout=30)
    for expression in left:
        print("no value:", expression)
    for name in broken:
        print("fails:", name)
    print(f"{len(expressions) - len(left)} of {len(expressions)} expressions have values,"
          f" {len(rules) - len(broken)} of {len(rules)} alerts evaluate")
    return 1 if left or broken else 0


sys.exit(main())

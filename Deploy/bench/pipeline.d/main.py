"""The measuring loop of `Deploy/bench/pipeline`: all programs in turn, several rounds."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from kafka import Kafka, kafka_home  # noqa: E402
from measuring import EXIT_UNAVAILABLE, Parser  # noqa: E402

EXIT_FAILED = 1
PARTS = ["end-to-end", "transport", "workers"]
TRANSACTIONS = [1000, 10_000]
LIMIT = 280
HERE = pathlib.Path(__file__).parent


def count(text):
    value = int(text)
    if not 1 <= value <= 10_000_000:
        raise ValueError
    return value


def read_options():
    parser = Parser(prog="pipeline", description="See the head of Deploy/bench/pipeline.")
    add = parser.add_argument
    add("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    add("--only", choices=PARTS, action="append", help="a part of the whole")
    add("--studies", type=count, default=40, help="studies of a measurement (default 40)")
    add("--rounds", type=count, default=3, help="rounds of all programs (default 3)")
    add("--records", type=count, default=200_000, help="records of a transport round")
    add("--workers", type=lambda text: [count(part) for part in text.split(",")],
        default=[1, 2, 3, 4], help="numbers of workers (default 1,2,3,4)")
    add("--vigil", help="the program (default: $VIGIL or .build/release/vigil)")
    add("--json", action="store_true", help="end with one line of JSON")
    found = parser.parse_args()
    found.cache = pathlib.Path(os.environ["VIGIL_CACHE"])
    found.vigil = found.vigil or os.environ.get("VIGIL") or str(
        found.checkout / ".build/release/vigil")
    found.kafka = kafka_home(found.checkout) / "kafka"
    for path, remedy in {found.vigil: "swift build -c release",
                         found.kafka: "VIGIL_KAFKA_HOME"}.items():
        if not os.path.exists(path):
            give_up(f"{path} is not there: see {remedy}")
    return found


def give_up(text):
    print(f"pipeline: {text}", file=sys.stderr)
    sys.exit(EXIT_UNAVAILABLE)


def say(text):
    print(f"pipeline: {text}", file=sys.stderr, flush=True)


class Bench:
    def __init__(self, options, bootstrap):
        self.options, self.bootstrap = options, bootstrap
        self.model = options.cache / "peers" / "vit-b16-by-vigil"

    def measure(self, *words):
        """What `vigil bench pipeline` says with these options; None when it fails."""
        command = [self.options.vigil, "bench", "pipeline", "--bootstrap", self.bootstrap, "--json",
                   "--timeout-s", str(LIMIT - 20), *map(str, words)]
        # Ended in order, it takes its workers with it.
        with subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                output, error = process.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                process.terminate()
                output, error = process.communicate(timeout=60)
        if process.returncode != 0:
            say(f"{' '.join(map(str, words))}: {error.strip()[-400:]}")
            return None
        return json.loads(output.splitlines()[-1])

    def make_model(self):
        if (self.model / "model.safetensors").exists():
            return
        say(f"making {self.model}")
        self.model.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [self.options.vigil, "model", "untrained", "--size", "vit-b16", str(self.model)],
            check=True, timeout=LIMIT, stdout=subprocess.DEVNULL)

    def studies(self, *words):
        return self.measure("--model", self.model, "--studies", self.options.studies, *words)


def median(values):
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def ratio(first, second):
    """The median of the rounds' ratios."""
    return median([a["studies_per_second"] / b["studies_per_second"]
                   for a, b in zip(first, second) if a and b])


def end_to_end(bench):
    worker = str(bench.options.checkout / "Deploy/bench/python-worker")
    prepared = subprocess.run(
        [worker, "--prepare", str(bench.model)], timeout=3600, stdout=subprocess.DEVNULL,
        env={**os.environ, "VIGIL": bench.options.vigil})
    if prepared.returncode != 0:
        give_up("the Python worker cannot be prepared")
    programs = {(name, precision): (["--worker", worker] if name == "python" else [])
                + ["--precision", precision]
                for precision in ("fp32", "int8") for name in ("vigil", "python")}
    runs = {key: [] for key in programs}
    for number in range(bench.options.rounds):
        keys = list(programs)
        for key in keys[number % len(keys):] + keys[:number % len(keys)]:
            say(f"round {number + 1}: {' '.join(key)}")
            runs[key].append(bench.studies(*programs[key]))
    print(f"\n{'worker':8}{'precision':>10}{'studies/s':>11}{'p50 ms':>9}{'p99 ms':>9}"
          f"{'stat p50':>10}{'CPU s/study':>13}{'outside':>9}{'J/study':>9}  from")
    for (name, precision), results in runs.items():
        known = [each for each in results if each]
        if not known:
            continue
        times = [each["time_to_notification_ms"] for each in known]
        outside = median([each["cpu_share_outside_inference"] for each in known])
        print(f"{name:8}{precision:>10}{median([e['studies_per_second'] for e in known]):>11.2f}"
              f"{median([t['all']['total']['p50'] for t in times]):>9.0f}"
              f"{median([t['all']['total']['p99'] for t in times]):>9.0f}"
              f"{median([t.get('stat', t['all'])['total']['p50'] for t in times]):>10.0f}"
              f"{median([e['cpu_seconds_per_study'] for e in known]):>13.3f}"
              f"{'–' if outside is None else f'{outside * 100:.1f} %':>9}"
              f"{median([e['joules_per_study'] for e in known]):>9.2f}"
              f"  {known[0]['energy_method']}")
    outside = {precision: median([each and each["cpu_share_outside_inference"]
                                  for each in runs["vigil", precision]])
               for precision in ("fp32", "int8")}
    ratios = {"fp32": ratio(runs["vigil", "fp32"], runs["python", "fp32"]),
              "int8": ratio(runs["vigil", "int8"], runs["python", "int8"]),
              "int8_to_python_fp32": ratio(runs["vigil", "int8"], runs["python", "fp32"])}
    print("times Python: " + ", ".join(
        f"{name} {value:.2f}" for name, value in ratios.items() if value))
    return {"end_to_end": ratios, "outside_inference": outside}


def transport(bench, folder):
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None:
        give_up("a C compiler is needed for the plain loop")
    program = f"{folder}/transport"
    subprocess.run([compiler, "-O2", "-o", program, HERE / "transport.c", "-lrdkafka"],
                   check=True, timeout=120)
    found = {}
    print(f"\n{'records a transaction':>22}{'Vigil/s':>10}{'C loop/s':>10}{'ratio':>8}{'mJ':>8}"
          f"{'C loop mJ':>11}  from")
    for transaction in TRANSACTIONS:
        result = bench.measure(
            "--transport", "--records", bench.options.records, "--transaction", transaction,
            "--rounds", max(3, bench.options.rounds), "--against", program)
        if result is None:
            continue
        found[str(transaction)] = result["ratio"]
        print(f"{transaction:>22}{result['records_per_second']:>10.0f}"
              f"{result['against_records_per_second']:>10.0f}{result['ratio']:>8.3f}"
              f"{result['joules_per_record'] * 1000:>8.3f}"
              f"{result['against_joules_per_record'] * 1000:>11.3f}"
              f"  {result['energy_method']}, C loop {result['against_energy_method']}", flush=True)
    return {"transport": found}


def workers(bench):
    """Studies a second of so many workers, int8."""
    runs = {number: [] for number in bench.options.workers}
    for turn in range(bench.options.rounds):
        for number in bench.options.workers[::-1 if turn % 2 else 1]:
            say(f"round {turn + 1}: {number} workers")
            runs[number].append(bench.studies("--precision", "int8", "--workers", number))
    print(f"\n{'workers':>8}{'studies/s':>11}{'J/study':>9}  from")
    rates = {}
    for number, results in runs.items():
        known = [each for each in results if each]
        if known:
            rates[str(number)] = median([each["studies_per_second"] for each in known])
            print(f"{number:>8}{rates[str(number)]:>11.2f}"
                  f"{median([each['joules_per_study'] for each in known]):>9.2f}"
                  f"  {known[0]['energy_method']}", flush=True)
    return {"workers": rates}


def main():
    options = read_options()
    parts = options.only or PARTS
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        kafka = Kafka(options.kafka)
    except RuntimeError as error:
        give_up(str(error))
    summary = {}
    try:
        bench = Bench(options, kafka.bootstrap)
        if set(parts) & {"end-to-end", "workers"}:
            bench.make_model()
        if "end-to-end" in parts:
            summary |= end_to_end(bench)
        if "transport" in parts:
            with tempfile.TemporaryDirectory() as folder:
                summary |= transport(bench, folder)
        if "workers" in parts:
            summary |= workers(bench)
    finally:
        kafka.stop()
    if options.json:
        print(json.dumps(summary), flush=True)
    complete = all(value is not None for part in summary.values() for value in part.values())
    sys.exit(0 if complete and summary else EXIT_FAILED)


if __name__ == "__main__":
    main()

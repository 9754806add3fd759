"""What context costs a worker's processor: the same studies by workers with it and without it, in
turn. See Deploy/bench/context, --cost."""

import argparse
import json
import math
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2] / "lib"))

from confluent_kafka import Consumer, Producer, TopicPartition  # noqa: E402

from kafka import Kafka, kafka_home  # noqa: E402
from measuring import EXIT_UNAVAILABLE, Parser, positive  # noqa: E402

PARTITIONS = 3
TICKS = os.sysconf("SC_CLK_TCK")
# Student's t for 95 %, by degrees of freedom; the last for all more.
STUDENT = {3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228,
           11: 2.201, 12: 2.179, 14: 2.145, 16: 2.120, 19: 2.093, 24: 2.064, 29: 2.045}


def parse():
    parser = Parser(prog="context --cost", description=__doc__)
    parser.add_argument("--cost", action="store_true", help="this measure, and no other")
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--studies", type=positive, default=400, help="studies of one measurement")
    parser.add_argument("--films", type=positive, default=100, help="different ones among them")
    parser.add_argument("--rounds", type=positive, default=12, help="pairs")
    parser.add_argument("--seed", type=positive, default=1)
    return parser.parse_args()


def processor_seconds(pid):
    """User and system time of a process, of its children that ended, and of those that live."""
    total = 0
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        total = sum(int(field) for field in fields[11:15])
        for task in os.listdir(f"/proc/{pid}/task"):
            children = pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split()
            total += sum(processor_seconds(child) * TICKS for child in children)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total / TICKS


def result(value, seconds_ago):
    effective = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds_ago))
    return json.dumps({"codes": [{"system": "http://loinc.org", "code": "2524-7"}],
                       "value": value, "unit": "mmol/L", "status": "final",
                       "effective": effective})


class Bench:
    def __init__(self, arguments, folder, kafka):
        self.arguments, self.folder, self.bootstrap = arguments, folder, kafka.bootstrap
        self.vigil = arguments.checkout / ".build/release/vigil"
        self.model = arguments.checkout / "Deploy/models/vigil-mini"
        self.random = random.Random(arguments.seed)
        self.number = 0
        self.run(self.vigil, "synth", "--out", folder / "films", "--count", arguments.films,
                 "--seed", arguments.seed, "--size", 512)
        self.events = [json.loads(line) for line in (folder / "films/events.jsonl").open()]
        shown = json.loads(self.run(self.vigil, "model", "inspect", "--json", self.model))
        term = {"item": "lactate", "scale": "linear", "center": 1, "spread": 1, "weight": 12}
        gain = {"studies": 900, "positives": 200, "image": 0.75, "fused": 0.875, "low": 0.0625,
                "high": 0.125}
        fit = {"code": "pneumothorax", "intercept": -0.25, "slope": 1, "terms": [term],
               "gain": gain}
        self.weights = folder / "site.context"
        self.weights.write_text(json.dumps(
            {"schema": "vigil.context/1", "site": "north", "model": shown["digest"],
             "made_at": "2026-09-21T14:13:20.000000Z", "findings": [fit]},
            sort_keys=True, separators=(",", ":")) + "\n")

    def run(self, *command):
        return subprocess.run(
            [str(word) for word in command], check=True, timeout=600, stdout=subprocess.PIPE,
            text=True).stdout

    def measure(self, has_context):
        """Processor seconds a study of a worker in its stride."""
        self.number += 1
        name = f"cost{self.number}"
        topics = {"input": f"{name}.in", "finding": f"{name}.finding", "energy": f"{name}.energy",
                  "dead-letter": f"{name}.dead", "worklist": f"{name}.orders"}
        settings = [f"topics.{key}={topic}" for key, topic in topics.items()]
        context = [f"context.topic={name}.context", f"context.weights={self.weights}"]
        common = ["--bootstrap", self.bootstrap]
        self.run(self.vigil, "topics", "create", *common, "--set",
                 f"topics.partitions={PARTITIONS}",
                 *sum((["--set", one] for one in settings + context), []))
        studies = self.arguments.studies
        producer = Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 5})
        patients = [f"{self.random.getrandbits(128):032x}" for _ in range(studies)]
        for place, patient in enumerate(patients):
            self.say(producer, name, patient, "before", self.random.uniform(0.5, 5), 3000)
            event = self.events[place % len(self.events)]
            body = event["body"] | {"patient": patient, "priority": "routine"}
            body["study"] = {"uid": f"1.2.826.0.1.3680043.8.498.{self.number}.{place}"}
            body["instances"] = [{"uri": "file://" + self.film(place, one)}
                                 for one in range(len(event["body"]["instances"]))]
            producer.produce(topics["input"], json.dumps(body), patient, headers=list(
                (event["headers"] | {"ce_id": f"{name}-{place}"}).items()))
            producer.poll(0)
        producer.flush(60)
        log = (self.folder / "worker.log").open("ab")
        used = settings + ["http.enabled=false", "triage.unvalidated-may-raise=true",
                           "batch.size-max=8"]
        process = subprocess.Popen(
            [str(self.vigil), "worker", *common, "--group", name, "--model", str(self.model),
             "--input-root", str(self.folder), "--instance", "one",
             *sum((["--set", one] for one in used + (context if has_context else [])), [])],
            stdout=subprocess.DEVNULL, stderr=log,
            env={**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")})
        try:
            return self.watch(process, producer, topics["finding"], name, patients)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            log.close()

    def film(self, place, one):
        event = self.events[place % len(self.events)]
        return self.plain[event["body"]["instances"][one]["uri"][len("file://"):]]

    def copy_films(self):
        """Copies that name no study, since one film stands for several."""
        sys.path.insert(0, str(HERE.parents[1] / "chaos.d"))
        import nameless  # noqa: PLC0415
        self.plain = {}
        for number, path in enumerate(sorted((self.folder / "films/dicom").rglob("*.dcm"))):
            copy = self.folder / f"film-{number}.dcm"
            copy.write_bytes(nameless.without_study(path.read_bytes()))
            self.plain[str(path)] = str(copy)

    def say(self, producer, name, patient, key, value, seconds_ago):
        producer.produce(
            f"{name}.context", result(value, seconds_ago), f"{patient}/{key}",
            int(patient, 16) % PARTITIONS,
            headers=[("ce_specversion", "1.0"), ("ce_id", f"{patient}-{key}"),
                     ("ce_source", "urn:test:lab"),
                     ("ce_type", "org.vigil.context.observation.v1")])

    def watch(self, process, producer, topic, name, patients):
        """Sends two later results for each study as it is published, every fifth of which changes a
        class, and measures between the first quarter of the studies and the last."""
        watcher = Consumer({
            "bootstrap.servers": self.bootstrap, "group.id": f"{name}-watch",
            "enable.auto.commit": False, "isolation.level": "read_committed"})
        watcher.assign([TopicPartition(topic, one, 0) for one in range(PARTITIONS)])
        done, revisions, begun = set(), 0, None
        deadline = time.monotonic() + 600
        while len(done) < len(patients):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{len(done)} of {len(patients)} studies: see the log")
            for message in watcher.consume(1000, timeout=0.05):
                if message.error() is not None:
                    continue
                said = json.loads(message.value())
                place = int(said["event"]["id"].rsplit("-", 1)[1])
                if place in done:
                    revisions += 1
                    continue
                done.add(place)
                for key in ("after", "later"):
                    value = 4.6 if self.random.random() < 0.1 else 0.6
                    self.say(producer, name, patients[place], key, value, 60)
            producer.poll(0)
            if begun is None and len(done) >= len(patients) // 4:
                begun = (processor_seconds(process.pid), len(done))
        time.sleep(2)
        ended = processor_seconds(process.pid)
        watcher.close()
        return (ended - begun[0]) / (len(done) - begun[1]), revisions


def main():
    arguments = parse()
    home = kafka_home(arguments.checkout)
    if not (home / "kafka").exists():
        sys.stderr.write("context: Apache Kafka is not there: see VIGIL_KAFKA_HOME\n")
        return EXIT_UNAVAILABLE
    kafka = Kafka(home / "kafka")
    ratios, revised = [], 0
    try:
        with tempfile.TemporaryDirectory() as scratch:
            bench = Bench(arguments, pathlib.Path(scratch), kafka)
            bench.copy_films()
            for number in range(arguments.rounds):
                order = [True, False] if number % 2 else [False, True]
                took = {}
                for has_context in order:
                    took[has_context], revisions = bench.measure(has_context)
                    revised += revisions
                ratios.append(took[True] / took[False] - 1)
                print(f"round {number + 1}: {1000 * took[False]:.2f} ms a study without, "
                      f"{1000 * took[True]:.2f} with: {100 * ratios[-1]:+.2f} %", flush=True)
    finally:
        kafka.stop()
    middle = statistics.mean(ratios)
    free = len(ratios) - 1
    student = next((t for least, t in sorted(STUDENT.items()) if least >= free), 2.0)
    half = student * statistics.stdev(ratios) / math.sqrt(len(ratios)) if free else math.inf
    print(json.dumps({
        "rounds": len(ratios), "studies": arguments.studies, "revisions": revised,
        "cost_percent": round(100 * middle, 3),
        "low_percent": round(100 * (middle - half), 3),
        "high_percent": round(100 * (middle + half), 3)}))
    # A claim holds where the whole interval keeps to it.
    return 0 if middle + half <= 0.01 else 1


if __name__ == "__main__":
    sys.exit(main())

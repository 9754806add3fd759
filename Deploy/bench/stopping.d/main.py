"""Orders stops while studies stream, and reads what was committed after them as a stranger would."""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "chaos.d"), str(HERE.parents[1] / "lib")]

from confluent_kafka import Consumer, TopicPartition  # noqa: E402

import audit  # noqa: E402
import measuring  # noqa: E402
from cluster import Cluster  # noqa: E402
from kafka import kafka_home  # noqa: E402
from scene import Scene, Worker  # noqa: E402

TOPIC = "stopping.control"
# So many studies wait all the time.
AHEAD = 24
# How long it is looked whether anything is assessed after a stop.
WATCHED = 2.0
OBEYED_MAX = 1.0


def seconds(moment):
    """Of a moment in RFC 3339, since 1970."""
    return datetime.datetime.fromisoformat(moment).timestamp()


def spread(values):
    """The median, the 99th of 100, and the longest."""
    ordered = sorted(values)
    return {"p50": round(ordered[len(ordered) // 2], 3),
            "p99": round(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 3),
            "max": round(ordered[-1], 3)}


class Stopping:
    def __init__(self, options, cluster):
        self.options = options
        self.scene = Scene(options, cluster, options.seed)
        self.key, self.public = options.folder + "/ops.key", options.folder + "/ops.pub"
        self.settings = [f"control.topic={TOPIC}", f"control.keys={self.public}",
                         "triage.unvalidated-may-raise=true"]
        self.command("key", "make", "--private", self.key, "--public", self.public)
        self.command("topics", "create", "--bootstrap", self.scene.bootstrap,
                     *self.scene.topic_settings, *self.settings_words)
        # When each stop was obeyed, heard by the last worker, and last decided against.
        # And when the last record of an assessed study was given to the producer.
        self.late, self.heard, self.decided, self.written, self.told = [], [], [], [], 0
        settings = {"log_level": 0, "bootstrap.servers": self.scene.bootstrap, "enable.auto.commit": False,
                    "isolation.level": "read_committed"}
        self.findings = Consumer({**settings, "group.id": "stopping-findings"})
        partitions = self.findings.list_topics("chaos.finding", 30).topics["chaos.finding"]
        self.findings.assign(
            [TopicPartition("chaos.finding", number, 0) for number in partitions.partitions])
        self.orders = Consumer({**settings, "group.id": "stopping-orders"})
        self.orders.assign([TopicPartition(TOPIC, 0, 0)])

    @property
    def settings_words(self):
        return sum((["--set", setting] for setting in self.settings), [])

    def command(self, *words):
        subprocess.run([self.options.vigil, *words], check=True, timeout=120,
                       env=self.scene.environment, stdout=subprocess.DEVNULL)

    def order(self, action):
        """Gives an order. When its record was written, by the clock of this machine, and what was
        committed meanwhile: what is read later would seem to be committed later."""
        words = [self.options.vigil, "control", action, "all", "--bootstrap", self.scene.bootstrap,
                 "--key", self.key, "--reason", "a trial", *self.settings_words]
        process = subprocess.Popen(
            words, env=self.scene.environment, stdout=subprocess.DEVNULL)
        found, written, deadline = [], None, time.monotonic() + 60
        while (written is None or process.poll() is None) and time.monotonic() < deadline:
            found += self.read()
            message = self.orders.poll(0)
            if message is not None and message.error() is None:
                written = message.timestamp()[1] / 1000
        if written is None or process.poll() != 0:
            raise RuntimeError("an order could not be given")
        return written, found

    def read(self):
        """What was committed since: the moment at which it was seen, whether it was assessed, and when
        that was decided and written."""
        self.scene.keep_ahead(AHEAD)
        records = self.findings.consume(500, timeout=0.02)
        now = time.time()
        found = []
        for message in records:
            if message.error() is None and message.value():
                finding = json.loads(message.value())
                found.append((now, finding["assessment"] == "assessed",
                              seconds(finding["decision"]["decided_at"]),
                              message.timestamp()[1] / 1000))
        return found

    def hearing(self, stopped):
        """How long after an order the last worker told that it had heard of it."""
        late = []
        for log in self.scene.folder.glob("slot-*.log"):
            for line in log.read_text().splitlines():
                if '"event":"control_observed"' not in line:
                    continue
                said = json.loads(line)
                # The clock of a log line and that of a record are the same machine's.
                if said["all"] and seconds(said["ts"]) > stopped - 0.01:
                    late.append(seconds(said["ts"]) - stopped)
                    break
        assert len(late) == self.options.workers, "a worker has not told of a stop"
        return max(late)

    def await_assessed(self, bound=60):
        deadline = time.monotonic() + bound
        while not any(assessed for _, assessed, *_ in self.read()):
            if time.monotonic() > deadline:
                raise TimeoutError("nothing is assessed again")

    def trial(self):
        """One stop. How long after it something assessed was still seen; what was told after."""
        stopped, found = self.order("stop")
        last, decided, written, told = stopped, stopped, stopped, 0
        until = stopped + WATCHED
        while time.time() < until or (told == 0 and time.time() < until + 30):
            for seen, assessed, *moments in found + self.read():
                if assessed:
                    last = max(last, seen)
                    decided, written = max(decided, moments[0]), max(written, moments[1])
                else:
                    told += 1
            found = []
        self.late.append(last - stopped)
        self.decided.append(decided - stopped)
        self.written.append(written - stopped)
        self.heard.append(self.hearing(stopped))
        self.told += told
        assert told, "nothing was told of studies after a stop"
        self.order("run")
        self.await_assessed()

    def run(self):
        self.order("run")
        workers = [Worker(self.scene, f"slot-{number}", self.settings)
                   for number in range(self.options.workers)]
        assert all(worker.ready() for worker in workers), "a worker did not start"
        self.await_assessed()
        for _ in range(self.options.trials):
            self.trial()
        ended = self.scene.await_outcomes(len(self.scene.sent), 120, workers)
        for worker in workers:
            worker.send(15)
            worker.end()
        assert ended, "studies have no outcome"
        self.findings.close()
        self.orders.close()
        return self.scene.finish([], {})

    def summary(self, verdict):
        return {
            "stops": len(self.late), "workers": self.options.workers,
            "events": len(self.scene.sent), "not_assessed": self.told,
            "obeyed_s": spread(self.late), "heard_s": spread(self.heard),
            "decided_s": spread(self.decided), "written_s": spread(self.written),
            **{name: verdict[name] for name in ("lost", "repeated", "lowered")}}


def parse():
    parser = measuring.Parser(prog="stopping", description="Stops workers while studies stream.")
    parser.add_argument("--checkout", type=pathlib.Path, required=True)
    parser.add_argument("--trials", type=measuring.positive, default=100, help="stops (100)")
    parser.add_argument("--workers", type=measuring.positive, default=4, help="workers (4)")
    parser.add_argument("--seed", type=measuring.positive, default=1, help="of the stream (1)")
    parser.add_argument("--program", help="the vigil to run (the release build)")
    options = parser.parse_args()
    options.cache = os.environ["VIGIL_CACHE"]
    options.vigil = str(measuring.built("vigil", options))
    options.library = None
    options.kafka = kafka_home(options.checkout)
    if not (options.kafka / "kafka").exists():
        print("stopping: Apache Kafka is needed: set VIGIL_KAFKA_HOME", file=sys.stderr)
        sys.exit(measuring.EXIT_UNAVAILABLE)
    return options


def main():
    options = parse()
    with tempfile.TemporaryDirectory(prefix="vigil-stopping-") as folder:
        options.folder = folder
        cluster = Cluster(options.kafka, 1)
        stopping = None
        try:
            stopping = Stopping(options, cluster)
            verdict = stopping.run()
            summary = stopping.summary(verdict)
        finally:
            if stopping:
                stopping.scene.end_workers()
            cluster.stop()
    print(json.dumps(summary))
    is_kept = (summary["obeyed_s"]["p99"] < OBEYED_MAX and summary["obeyed_s"]["max"] < WATCHED
               and audit.is_clean(verdict))
    sys.exit(0 if is_kept else 1)


main()

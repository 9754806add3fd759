"""Topics, a stream of events, and workers on one cluster."""

import json
import os
import pathlib
import random
import signal
import subprocess
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition

import audit
import leaves
import late
import nameless

IMAGES = ["SC_rgb.dcm", "color-px.dcm", "693_UNCR.dcm", "MR-SIEMENS-DICOM-WithOverlays.dcm",
          "color-pl.dcm", "SC_rgb_16bit.dcm"]
PRIORITIES = ["stat", "urgent", "asap", "routine"]
BAD_EVERY = 20


class Worker:
    """One `vigil worker`; its log goes to a file.

    vigil: another program than the scene's. group: another group."""

    def __init__(self, scene, slot, settings=(), vigil=None, group="chaos"):
        self.slot = slot
        self.log = open(scene.folder / f"{slot}.log", "ab")
        arguments = [
            vigil or scene.vigil, "worker", "--bootstrap", scene.bootstrap, "--group", group,
            "--model", scene.model, "--input-root", scene.images, "--instance", slot,
            *(scene.topic_settings if vigil is None else scene.old_topic_settings)]
        for setting in [*scene.worker_settings, *settings]:
            arguments += ["--set", setting]
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=self.log, env=scene.environment)
        scene.workers.append(self)
        self.is_ready = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            if b'"event":"ready"' in line:
                self.is_ready.set()

    def ready(self, bound=120):
        deadline = time.monotonic() + bound
        while not self.is_ready.wait(0.1):
            if self.process.poll() is not None or time.monotonic() > deadline:
                return False
        return True

    def send(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self):
        self.send(signal.SIGKILL)
        return self.end()

    def end(self, bound=60):
        """The exit code; a signal's number below zero; None when it goes on."""
        try:
            code = self.process.wait(bound)
        except subprocess.TimeoutExpired:
            return None
        self.log.close()
        return code


class Scene:
    def __init__(self, options, cluster, seed, partitions=6, model=None, lane=None):
        self.random = random.Random(seed)
        self.bootstrap, self.security = cluster.bootstrap, cluster.security()
        self.vigil, self.folder = options.vigil, pathlib.Path(options.folder)
        self.images = nameless.copies(
            pathlib.Path(options.cache) / "pydicom-data/data", IMAGES, self.folder / "images")
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}
        if options.library:
            self.environment["LD_LIBRARY_PATH"] = options.library
        rights = cluster.security("vigil")
        self.worker_settings = [
            "kafka.consumer.session.timeout.ms=6000", "kafka.consumer.heartbeat.interval.ms=1000",
            "kafka.producer.transaction.timeout.ms=10000", "http.enabled=false",
            *(f"kafka.{name}={value}" for name, value in cluster.security("vigil").items())]
        self.topics = ["chaos.finding", "chaos.energy", "chaos.dead"]
        self.topic_settings = sum((["--set", f"topics.{key}={name}"] for key, name in zip(
            ["input", "finding", "energy", "dead-letter"], ["chaos.in", *self.topics])), [])
        self.old_topic_settings = list(self.topic_settings)
        if getattr(options, "old", None):
            # What workers of the last release read and write as findings stays what it is.
            self.topic_settings += ["--set", "topics.finding=chaos.found"]
            self.topic_settings += ["--set", "topics.finding-v1=chaos.finding"]
            self.topic_settings += ["--set", "study.placement=off"]
        self.audit_key = None
        if getattr(options, "audit", False):
            self.audit_key = str(self.folder / "audit")
            self.command("key", "make", "--private", self.audit_key + ".key",
                         "--public", self.audit_key + ".pub")
            self.topic_settings += [
                *leaves.SETTINGS, "--set", f"audit.key-file={self.audit_key}.key",
                "--set", "audit.checkpoint-interval-ms=1000"]
        if lane:
            self.topic_settings += ["--set", f"topics.urgent={lane}"]
        self.model = model or str(self.folder / "model")
        if not os.path.exists(self.model):
            self.command("model", "untrained", "--size", "tiny", self.model)
        self.command("topics", "create", "--bootstrap", self.bootstrap, *self.topic_settings,
                     "--set", f"topics.partitions={partitions}",
                     "--set", f"topics.replication={min(3, cluster.nodes)}",
                     *sum((["--set", f"kafka.{n}={v}"] for n, v in self.security.items()), []))
        cluster.give_rights(
            "worker", "vigil", self.vigil, [*self.topic_settings, "--set", "worker.group=chaos"])
        # Brokers are killed here, and librdkafka would tell of each attempt to reach one.
        self.producer = Producer({
            "bootstrap.servers": self.bootstrap, "log_level": 0, "enable.idempotence": True,
            "linger.ms": 5, "delivery.timeout.ms": 300000, **self.security})
        self.sent, self.done, self.workers = [], set(), []
        # Results of patients, once they come, and the patient of each event.
        self.results, self.of_event, self.verdict = None, {}, None
        # The priority that each good event orders.
        self.ordered = {}
        self.watcher = Consumer({
            "bootstrap.servers": self.bootstrap, "log_level": 0, "group.id": "chaos-watch",
            "enable.auto.commit": False, "isolation.level": "read_committed", **self.security})
        self.watcher.assign([
            TopicPartition(topic, number, 0) for topic in ("chaos.finding", "chaos.dead")
            for number in range(partitions)])

    def command(self, *arguments):
        subprocess.run([self.vigil, *arguments], check=True, timeout=120, env=self.environment,
                       stdout=subprocess.DEVNULL)

    def begin_results(self, partitions):
        """From now on events name patients, and results of these come beside them."""
        shown = json.loads(subprocess.run(
            [self.vigil, "model", "inspect", "--json", self.model], check=True, timeout=120,
            env=self.environment, stdout=subprocess.PIPE).stdout)
        file = self.folder / "site.context"
        file.write_text(late.weights(shown["digest"]))
        self.context_settings = [f"context.topic={late.TOPIC}", f"context.weights={file}",
                                 "triage.unvalidated-may-raise=true"]
        self.command("topics", "create", "--bootstrap", self.bootstrap, *self.topic_settings,
                     *sum((["--set", one] for one in self.context_settings[:2]), []),
                     "--set", f"topics.partitions={partitions}",
                     *sum((["--set", f"kafka.{n}={v}"] for n, v in self.security.items()), []))
        self.worker_settings = [*self.worker_settings, *self.context_settings]
        self.results = late.Results(self, partitions)

    def send(self, count):
        """Sends so many more events, some of them bad."""
        for _ in range(count):
            number = len(self.sent)
            name = f"event-{number}"
            self.sent.append(name)
            image = self.images + "/" + self.random.choice(IMAGES)
            if number % BAD_EVERY == BAD_EVERY - 1:
                image = self.images + "/../gone.dcm"
            self.ordered[name] = self.random.choice(PRIORITIES)
            body = {
                "study": {"uid": f"1.2.826.0.1.3680043.8.498.{number % 97}"},
                "priority": self.ordered[name],
                "instances": [{"uri": "file://" + image}]}
            if self.results:
                # Each of its own: what one event says is not another's.
                body["study"]["uid"] = f"1.2.826.0.1.3680043.8.498.9.{number}"
                body["patient"] = self.of_event[name] = self.results.patient()
            self._produce(name, json.dumps(body))
        self.producer.poll(0)

    def send_body(self, body):
        """Sends an event of this body; gives its name."""
        name = f"event-{len(self.sent)}"
        self.sent.append(name)
        self._produce(name, body)
        self.producer.poll(0)
        return name

    def _produce(self, name, body):
        headers = {"ce_specversion": "1.0", "ce_id": name, "ce_source": "urn:test:ris",
                   "ce_type": "org.vigil.study.received.v1"}
        while True:
            try:
                return self.producer.produce("chaos.in", body, name, headers=list(headers.items()))
            except BufferError:
                self.producer.poll(0.1)

    def keep_ahead(self, by):
        """Keeps so many events waiting."""
        self.look()
        if self.results:
            self.results.flow()
        self.send(max(0, by - (len(self.sent) - len(self.done))))

    def look(self):
        """Counts the events that have an outcome."""
        for message in self.watcher.consume(5000, timeout=0.05):
            if message.error() is None:
                name = "ce_causationid" if message.topic() == "chaos.finding" else "ce_id"
                self.done.add(audit.header(message.headers() or [], name))
        return len(self.done)

    def await_outcomes(self, count, bound, workers=(), ahead=0):
        """Waits until so many events have outcomes; false when the time is over or a worker ends
        first."""
        deadline = time.monotonic() + bound
        while self.look() < count:
            if ahead:
                self.keep_ahead(ahead)
            if time.monotonic() > deadline:
                return False
            if any(worker.process.poll() is not None for worker in workers):
                return False
        return True

    def end_workers(self):
        """Leaves nothing running."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.kill()
                worker.process.wait()

    def recount(self):
        """The findings of all events by a worker that nobody kills, which knows all results before
        it reads a study."""
        topics = {"input": "chaos.again.in", "finding": "chaos.again.finding",
                  "energy": "chaos.again.energy", "dead-letter": "chaos.again.dead",
                  "worklist": "chaos.again.orders"}
        settings = sum((["--set", f"topics.{name}={topic}"] for name, topic in topics.items()), [])
        self.command("topics", "create", "--bootstrap", self.bootstrap, *settings,
                     *sum((["--set", one] for one in self.context_settings[:2]), []),
                     *sum((["--set", f"kafka.{n}={v}"] for n, v in self.security.items()), []))
        late.copy(self, "chaos.in", topics["input"])
        before, self.topic_settings = self.topic_settings, settings
        worker = Worker(self, "again", group="chaos-again")
        self.topic_settings = before
        late.settle(self, topics["finding"], quiet=20)
        worker.send(signal.SIGTERM)
        worker.end()
        records = audit.read_all(self.bootstrap, [topics["finding"]], extra=self.security)
        return late.chains(records, topics["finding"])

    def finish(self, dropped, killers):
        """Flushes, closes, and judges with a fresh reader.

        killers: the ordered priority of each event that nobody survives."""
        self.producer.flush(60)
        self.producer = None
        self.watcher.close()
        records = audit.read_all(self.bootstrap, self.topics, extra=self.security)
        if self.results:
            self.verdict = late.judge(
                self.results, self.of_event, late.chains(records, self.topics[0]),
                self.recount())
        verdict = audit.judge(self.sent, records, *self.topics, dropped, killers, self.ordered)
        return verdict | self.audited(records) if self.audit_key else verdict

    def audited(self, records):
        """Holds the audit log against these records and those of all other topics of workers."""
        key = leaves.verify.Key(pathlib.Path(self.audit_key + ".pub").read_bytes())
        others = [leaves.TOPIC, "radiology.worklist.order.v1", "chaos.in.retry.1",
                  "chaos.in.retry.2", "chaos.in.deferred", "chaos.in.placed", "chaos.in.expired"]
        more = audit.read_all(self.bootstrap, others, extra=self.security)
        return leaves.judge([*records, *more], self.topics[1], [key])

"""Has each role do its work, and what it may not do, on a broker that holds access lists."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "chaos.d"), str(HERE.parents[1] / "lib"), str(HERE.parents[1] / "access")]

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402

import measuring  # noqa: E402
import nameless  # noqa: E402
import roles  # noqa: E402
from cluster import Cluster  # noqa: E402
from kafka import kafka_home  # noqa: E402

INPUT, ORDERS, CONTEXT, FINDING, ENERGY, DEAD, WORKLIST, CONTROL, AUDIT = (
    "access." + name for name in [
        "in", "orders", "context", "finding", "energy", "dead", "worklist", "control", "audit"])
# What nobody of a role may do. Written by hand, not taken from the lists.
FORBIDDEN = {
    "worker": [("write", INPUT), ("write", ORDERS), ("write", CONTROL), ("read", DEAD), ("write", CONTEXT)],
    "source": [("read", INPUT), ("write", ORDERS), ("read", FINDING), ("write", FINDING),
               ("write", CONTROL), ("read", AUDIT)],
    "gateway": [("write", FINDING), ("write", CONTROL), ("read", AUDIT), ("read", DEAD), ("read", INPUT)],
    "reader": [("write", FINDING), ("write", INPUT), ("write", ORDERS), ("read", INPUT), ("read", DEAD),
               ("read", AUDIT), ("write", CONTROL)],
    "page": [("write", FINDING), ("write", WORKLIST), ("write", ORDERS), ("read", INPUT), ("read", DEAD),
             ("read", AUDIT), ("write", CONTROL)],
    "quality": [("write", FINDING), ("write", roles.FEEDBACK), ("read", INPUT), ("read", DEAD),
                ("read", AUDIT), ("write", CONTROL)],
    "operator": [("write", FINDING), ("write", AUDIT), ("write", ORDERS), ("read", INPUT)],
    "auditor": [("write", AUDIT), ("write", FINDING), ("read", INPUT), ("read", DEAD), ("write", CONTROL)],
}
STUDIES, BAD = 5, 1


class Trial:
    def __init__(self, options, cluster, folder):
        self.options, self.cluster, self.folder = options, cluster, folder
        self.images = nameless.copies(
            pathlib.Path(options.cache) / "pydicom-data/data", ["SC_rgb.dcm"], folder / "images")
        self.run("node", "model", "untrained", "--size", "tiny", str(folder / "model"), login=False)
        for name in ("ops", "audit"):
            self.run("node", "key", "make", "--private", f"{folder}/{name}.key",
                     "--public", f"{folder}/{name}.pub", login=False)
        self.words = sum((["--set", setting] for setting in [
            f"topics.input={INPUT}", f"topics.orders={ORDERS}", f"topics.finding={FINDING}",
            f"topics.energy={ENERGY}", f"topics.dead-letter={DEAD}", f"topics.worklist={WORKLIST}",
            f"control.topic={CONTROL}", f"control.keys={folder}/ops.pub",
            f"topics.audit={AUDIT}", f"audit.key-file={folder}/audit.key",
            "triage.unvalidated-may-raise=true", "worker.group=triage"]), [])
        self.run("node", "topics", "create", *self.words, "--set", "topics.partitions=2")
        self.create(CONTEXT)
        self.create(roles.FEEDBACK)
        # No worker of this trial reads results, and a gateway has to be able to send them.
        results = ["--set", f"context.topic={CONTEXT}", "--set", "context.weights=none.json"]
        for role in roles.ROLES:
            cluster.give_rights(role, role, options.vigil, [*self.words, *results])
        self.faults = []

    def create(self, topic):
        admin = AdminClient(self.client("node"))
        for made in admin.create_topics([NewTopic(topic, 1, 1)]).values():
            made.result(30)

    def client(self, user):
        return {"bootstrap.servers": self.cluster.bootstrap, "log_level": 0,
                **self.cluster.security(user)}

    def arguments(self, user, words, login=True):
        access = sum((["--set", f"kafka.{name}={value}"]
                      for name, value in self.cluster.security(user).items()), [])
        return [self.options.vigil, *words,
                *(["--bootstrap", self.cluster.bootstrap, *access] if login else [])]

    def run(self, user, *words, login=True):
        """A command as a user; its output. What it says is shown where it fails."""
        done = subprocess.run(self.arguments(user, words, login), capture_output=True, text=True,
                              timeout=120)
        if done.returncode:
            raise RuntimeError(f"{user}: {' '.join(words[:2])} ends with {done.returncode}: {done.stderr}")
        return done.stdout

    def send(self, user, topic, name, body):
        """None where it was written, else the broker's error."""
        ends = []
        producer = Producer({**self.client(user), "message.timeout.ms": 15000})
        headers = {"ce_specversion": "1.0", "ce_id": name, "ce_source": "urn:test:ris",
                   "ce_type": "org.vigil.study.received.v1"}
        producer.produce(topic, body, name, headers=list(headers.items()),
                         on_delivery=lambda error, _: ends.append(error))
        producer.flush(20)
        return ends[0] if ends else KafkaError(KafkaError._TIMED_OUT)

    def read(self, user, topic, group=None, wanted=1, bound=30):
        """The records read, or the broker's error."""
        consumer = Consumer({**self.client(user), "group.id": group or f"{user}-trial",
                             "enable.auto.commit": False, "auto.offset.reset": "earliest"})
        try:
            # A topic that is not even shown tells so here, and to a fetch not always.
            shown = consumer.list_topics(topic, 20).topics[topic].error
            if shown is not None:
                return shown
            if group:
                consumer.subscribe([topic])
            else:
                consumer.assign([TopicPartition(topic, number, 0) for number in range(2)])
            found, deadline = [], time.monotonic() + bound
            while len(found) < wanted and time.monotonic() < deadline:
                message = consumer.poll(0.5)
                if message is None:
                    continue
                if message.error() is None:
                    found.append(message)
                elif message.error().code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
                    return message.error()
            return found
        finally:
            consumer.close()

    def expect(self, what, holds):
        if not holds:
            self.faults.append(what)
            print(f"access: {what}", file=sys.stderr)

    def work(self):
        """What each role is there for."""
        self.run("operator", "control", "run", "all", "--key", f"{self.folder}/ops.key",
                 "--reason", "a trial", *self.words)
        for number in range(STUDIES + BAD):
            name = "SC_rgb.dcm" if number < STUDIES else "../gone.dcm"
            body = json.dumps({
                "study": {"uid": f"1.2.826.0.1.3680043.8.498.{number + 1}"}, "priority": "asap",
                "instances": [{"uri": f"file://{self.images}/{name}"}]})
            self.expect("a source cannot send", self.send("source", INPUT, f"e{number}", body) is None)
        worker = subprocess.Popen(
            self.arguments("worker", [
                "worker", "--instance", "slot", "--model", str(self.folder / "model"), "--input-root",
                self.images, *self.words, "--set", "http.enabled=false", "--set",
                "audit.checkpoint-interval-ms=500"]),
            stdout=subprocess.DEVNULL, stderr=open(self.folder / "worker.log", "w"))
        try:
            for role in ("reader", "gateway"):
                found = self.read(role, FINDING, f"{role}-1", STUDIES, 90)
                self.expect(f"a {role} cannot read findings",
                            isinstance(found, list) and len(found) == STUDIES)
            dead = self.read("operator", DEAD, None, BAD, 60)
            self.expect("there is no dead letter", isinstance(dead, list) and len(dead) == BAD)
        finally:
            worker.terminate()
            self.expect("a worker does not end in order", worker.wait(60) == 0)
        self.expect("a page shows no worklist", self.shows_worklist())
        told = json.loads(self.run("quality", "quality", "--json", *self.words).splitlines()[0])
        self.expect("a quality manager sees no findings", told["records"]["findings"]["read"] >= STUDIES)
        told = json.loads(self.run("quality", "quality", "--drift", "--publish-alarms", "--json",
                                   *self.words).splitlines()[0])
        self.expect("a quality manager publishes no alarms", told["published"] == 0)
        self.expect("a gateway cannot order", self.send("gateway", ORDERS, "o", "{}") is None)
        self.expect("a gateway cannot send results", self.send("gateway", CONTEXT, "r", "{}") is None)
        listed = self.run("operator", "dlq", "ls", "--json", *self.words)
        self.expect("an operator sees no dead letter", len(listed.splitlines()) == BAD)
        self.run("operator", "dlq", "replay", "--all", *self.words)
        self.run("auditor", "audit", "verify", "--key", f"{self.folder}/audit.pub", *self.words)

    def shows_worklist(self):
        """Whether the page, as its own user, reads the findings to their end."""
        lines = []
        for name, value in {"bootstrap.servers": self.cluster.bootstrap,
                            **self.cluster.security("page")}.items():
            if "password" in name:
                secret = self.folder / name
                secret.touch(mode=0o600)
                secret.write_text(value)
                name, value = f"{name}-file", secret
            lines.append(f"  {name}: '{value}'\n")
        configuration = self.folder / "page.yaml"
        configuration.write_text(
            f"kafka:\n{''.join(lines)}topics: {{finding: {FINDING}, worklist: {WORKLIST}, "
            f"energy: {ENERGY}}}\nhttp: {{port: 0}}\n")
        page = subprocess.Popen(
            [pathlib.Path(self.options.vigil).with_name("vigil-page"), "run", "--config", configuration],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = json.loads(page.stdout.readline())["port"]
            return self.is_healthy(f"http://127.0.0.1:{port}")
        finally:
            page.terminate()
            page.wait(60)

    @staticmethod
    def is_healthy(address):
        for _ in range(60):
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
                    return answer.status == 200
            except urllib.error.HTTPError:
                time.sleep(1)
        return False

    def refusals(self):
        """What each role must not do: each try has to be refused for want of the right."""
        count = 0
        for role, tries in FORBIDDEN.items():
            for way, topic in tries:
                end = (self.read(role, topic, bound=20) if way == "read"
                       else self.send(role, topic, "x", "{}"))
                refused = (isinstance(end, KafkaError)
                           and end.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED)
                self.expect(f"a {role} can {way} {topic}", refused)
                count += 1
        return count


def parse():
    parser = measuring.Parser(prog="access", description="Tries the access lists of each role.")
    parser.add_argument("--checkout", type=pathlib.Path, required=True)
    parser.add_argument("--program", help="the vigil to run (the release build)")
    options = parser.parse_args()
    options.cache = os.environ["VIGIL_CACHE"]
    options.vigil = str(measuring.built("vigil", options))
    options.kafka = kafka_home(options.checkout)
    if not (options.kafka / "kafka").exists():
        print("access: Apache Kafka is needed: set VIGIL_KAFKA_HOME", file=sys.stderr)
        sys.exit(measuring.EXIT_UNAVAILABLE)
    return options


def main():
    options = parse()
    with tempfile.TemporaryDirectory(prefix="vigil-access-") as folder:
        cluster = Cluster(options.kafka, 1, tls=True)
        try:
            trial = Trial(options, cluster, pathlib.Path(folder))
            trial.work()
            refused = trial.refusals()
        finally:
            cluster.stop()
    print(json.dumps({"roles": len(roles.ROLES), "refused": refused, "faults": trial.faults}))
    sys.exit(1 if trial.faults else 0)


main()

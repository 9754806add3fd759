"""Runs the commands of Deploy/RUNBOOK.md where what they are for has happened."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "lib"))

from confluent_kafka import Producer  # noqa: E402

from kafka import Kafka, kafka_home  # noqa: E402
from measuring import EXIT_UNAVAILABLE, Parser, built  # noqa: E402

SITUATIONS = 20


class Wrong(Exception):
    """A command did not say what the page says."""


def situations(text):
    """By number: title and commands, each with the lines that it must say and its exit code."""
    out = {}
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        number, title = re.match(r"(\d+)\. (.+)", part).groups()
        commands = []
        for block in re.findall(r"^```\n(.*?)^```", part, re.M | re.S):
            for line in block.splitlines():
                if line.startswith("# exit "):
                    commands[-1][2] = int(line.removeprefix("# exit "))
                elif line.startswith("# "):
                    commands[-1][1].append(line[2:])
                else:
                    commands.append([line, [], 0])
        out[int(number)] = title, commands
    return out


def fault(said, code, wanted, expected):
    """Why this is not what is expected; nil when it is. Lines come in any order."""
    if code != expected:
        return f"exit code {code}, not {expected}"
    words = " ".join(said.split())
    for line in wanted:
        pattern = ".*?".join(re.escape(" ".join(part.split())) for part in line.split("…"))
        if not re.search(pattern, words):
            return f"it does not say: {line}"
    return None


class Scene:
    """A broker and a worker to which much has happened at once."""

    def __init__(self, vigil, checkout, kafka, folder):
        self.vigil, self.checkout, self.folder = vigil, checkout, folder
        self.kafka, self.worker = Kafka(kafka), None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.page = f"127.0.0.1:{probe.getsockname()[1]}"
        self.environment = {
            **os.environ, "PATH": f"{pathlib.Path(vigil).parent}:{os.environ['PATH']}",
            "BROKER": self.kafka.bootstrap, "WORKER": self.page, "CONFIG": str(folder / "vigil.yaml"),
            "MODEL": str(checkout / "Deploy/models/vigil-mini")}
        self.is_full = subprocess.run(
            "mkdir cache && mount -t tmpfs -o size=16k tmpfs cache", shell=True, cwd=folder,
            capture_output=True).returncode == 0

    def run(self, command, bound=120):
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=bound)
        return done.stdout, done.returncode

    def must(self, command):
        said, code = self.run(command)
        if code:
            raise RuntimeError(f"{command}: {said}")

    def lay_out(self):
        """Keys, films, settings with too small a budget and too small a disk, a model that is damaged."""
        demo = self.checkout / "Deploy/demo"
        for name in ("ops", "trail"):
            self.must(f"vigil key make --private {name}.key --public {name}.pub")
        self.must("mkdir films away && head -c 32 /dev/urandom >names.key && chmod 600 names.key")
        for film in demo.glob("*.dcm"):
            shutil.copy(film, self.folder / "films")
        for name in ("calibration", "pub"):
            shutil.copy(demo / f"synthetic.{name}", self.folder / f"site.{name}")
        (self.folder / "broken.dcm").write_text("no film")
        shutil.copy(self.folder / "broken.dcm", self.folder / "films")
        shutil.copytree(self.environment["MODEL"], self.folder / "damaged")
        with open(self.folder / "damaged/model.safetensors", "r+b") as weights:
            weights.seek(5_000_000)
            weights.write(b"?")
        text = SETTINGS.format(here=self.folder, model=self.environment["MODEL"],
                               port=self.page.rsplit(":", 1)[1])
        (self.folder / "vigil.yaml").write_text(text)
        (self.folder / "wrong.yaml").write_text(text.replace("roots:", "root:"))
        self.must("openssl req -x509 -newkey rsa:2048 -nodes -keyout client.key -out client.crt -days 1 -subj /CN=w")

    def begin(self):
        self.must("vigil topics create --bootstrap $BROKER --config $CONFIG")
        self.worker = subprocess.Popen(
            [self.vigil, "worker", "--config", self.environment["CONFIG"], "--bootstrap",
             self.kafka.bootstrap], stdout=subprocess.DEVNULL, cwd=self.folder,
            stderr=open(self.folder / "worker.log", "w"))
        # A topic that was just made has no leader yet, and the command would say so.
        self.await_metric("vigil_control_known 1")
        self.must("vigil control run all --bootstrap $BROKER --config $CONFIG --key ops.key --reason begin")
        self.await_metric(r'vigil_control_stopped\{kind="all"\} 0')
        # Its last film is none, so it says so and ends with a code of its own.
        self.run("vigil demo --bootstrap $BROKER films/*.dcm")
        self.await_metric("vigil_dlq_records_total")

    def await_metric(self, pattern):
        self.await_page("/metrics", "^" + pattern)

    def await_page(self, path, pattern, bound=90):
        deadline = time.monotonic() + bound
        while time.monotonic() < deadline and self.worker.poll() is None:
            if re.search(pattern, self.run(f"curl -s http://$WORKER{path}")[0], re.M):
                return
            time.sleep(0.2)
        raise Wrong(f"the worker does not come to show {pattern} at {path}")

    def send(self, topic, key, value, headers):
        producer = Producer({"bootstrap.servers": self.kafka.bootstrap, "log_level": 0})
        producer.produce(topic, value, key, headers=list(headers.items()))
        producer.flush(30)

    def before(self, number):
        """What has to happen at its own time."""
        if number == 4:
            self.signal_broker(signal.SIGSTOP)
            self.await_page("/ready", "unavailable")
        if number == 16:
            self.lose_images()
        if number == 20:
            self.must("mkdir -p away")
        if number == 15:
            self.send("vigil.control.v1", "all", "run", {})
            self.await_metric("vigil_control_refused_total")

    def lose_images(self):
        shutil.rmtree(self.folder / "away")
        self.send("radiology.study.received.v1", "1.2.3", json.dumps({
            "study": {"uid": "1.2.3"}, "priority": "routine",
            "instances": [{"uri": f"file://{self.folder}/away/film.dcm"}]}),
            {"ce_specversion": "1.0", "ce_id": "away", "ce_source": "urn:runbook",
             "ce_type": "org.vigil.study.received.v1"})
        self.await_metric(r"vigil_input_root_away\{root=\"[^\"]*/away\"\} 1")

    def signal_broker(self, number):
        for process in self.kafka.said["pids"]:
            os.kill(process, number)

    def after(self, number, command):
        """An order is obeyed a moment later, and a broker is there again."""
        if number == 4 and "/ready" in command:
            self.signal_broker(signal.SIGCONT)
            self.await_page("/ready", '"ok"')
        if " stop model/" in command:
            self.await_metric(r'vigil_control_stopped\{kind="model"\} 1')
        if " --publish " in command:
            self.await_recalled(command.replace("--publish --key ops.key", ""))

    def await_recalled(self, listing):
        deadline = time.monotonic() + 90
        while "vigil: 0 of " not in self.run(listing)[0] and time.monotonic() < deadline:
            time.sleep(0.5)

    def end(self):
        if self.worker:
            self.worker.terminate()
            self.worker.wait(60)
        self.kafka.stop()
        if self.is_full:
            subprocess.run(["umount", self.folder / "cache"], check=False)


SETTINGS = """worker: {{group: triage, instance: slot-1}}
model: {{directory: {model}}}
input: {{roots: [{here}/films, {here}/away]}}
control: {{topic: vigil.control.v1, keys: [{here}/ops.pub]}}
topics: {{audit: vigil.audit.v1, partitions: 2}}
audit: {{key-file: {here}/trail.key, checkpoint-interval-ms: 1000}}
energy: {{method: model, budget-joules-a-day: 1, interval-s: 2}}
triage: {{calibrations: [{here}/site.calibration], calibration-keys: [{here}/site.pub]}}
cache: {{directory: {here}/cache, embeddings-max-mb: 10}}
privacy: {{pseudonym-key-file: {here}/names.key, sender-ids: pass}}
http: {{port: {port}}}
"""


def try_all(scene, page, only):
    faults = count = 0
    for number, (title, commands) in page.items():
        if only and number != only:
            continue
        if number == 9 and not scene.is_full:
            print(f"{number:3} {title}: left out, since no small disk can be mounted here")
            continue
        scene.before(number)
        for command, wanted, expected in commands:
            said, code = scene.run(command)
            why = fault(said, code, wanted, expected)
            # The looking itself can fail: of another command's answer it must.
            if wanted and fault("nothing of that kind", expected, wanted, expected) is None:
                why = "what it is to say says nothing"
            count += 1
            faults += why is not None
            print(f"{number:3} {'ok' if why is None else 'NOT'}  {command[:100]}")
            if why:
                print(f"      {why}\n      it says: {said[:600]}")
            scene.after(number, command)
    return faults, count


def main():
    parser = Parser(prog="runbook")
    parser.add_argument("--checkout", type=pathlib.Path, required=True)
    parser.add_argument("--program")
    parser.add_argument("--only", type=int, choices=range(1, SITUATIONS + 1))
    options = parser.parse_args()
    page = situations((options.checkout / "Deploy/RUNBOOK.md").read_text())
    if list(page) != list(range(1, SITUATIONS + 1)):
        print(f"runbook: the page has the situations {list(page)}", file=sys.stderr)
        return 1
    kafka = kafka_home(options.checkout) / "kafka"
    if not kafka.exists() or not shutil.which("java"):
        print("runbook: there is no Apache Kafka (VIGIL_KAFKA_HOME) or no Java", file=sys.stderr)
        return EXIT_UNAVAILABLE
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vigil-runbook-"))
    scene = Scene(str(pathlib.Path(built("vigil", options)).resolve()), options.checkout, kafka, folder)
    try:
        scene.lay_out()
        scene.begin()
        faults, count = try_all(scene, page, options.only)
    except Wrong as error:
        print(f"runbook: {error}", file=sys.stderr)
        print((folder / "worker.log").read_text()[-1500:], file=sys.stderr)
        return 1
    finally:
        scene.end()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{count} commands of {len(page)} situations, {faults} not as the page says")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

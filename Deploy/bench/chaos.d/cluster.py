"""Apache Kafka of one node or three, and what may be done to it."""

import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time


class Cluster:
    def __init__(self, home, nodes, tls=False):
        self.command = str(home / "kafka")
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="vigil-chaos-kafka-"))
        arguments = ["start", "--nodes", str(nodes), "--data", str(self.data),
                     "--set", "group.min.session.timeout.ms=1000",
                     "--set", "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000"]
        self.process = subprocess.Popen(
            [self.command, *arguments, *(["--tls"] if tls else [])],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("Apache Kafka did not start")
        said = json.loads(line)
        self.bootstrap, self.nodes, self.ca = said["bootstrap"], nodes, said["ca"]

    @property
    def security(self):
        """librdkafka's properties for this cluster."""
        if not self.ca:
            return {}
        return {"security.protocol": "ssl", "ssl.ca.location": self.ca}

    def kill(self, node):
        subprocess.run([self.command, "kill", str(self.data), str(node)], check=True, timeout=60)

    def revive(self, node):
        subprocess.run(
            [self.command, "revive", str(self.data), str(node)], check=True, timeout=180,
            stdout=subprocess.DEVNULL)

    def crash(self, node, pause):
        self.kill(node)
        time.sleep(pause)
        self.revive(node)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.data, ignore_errors=True)

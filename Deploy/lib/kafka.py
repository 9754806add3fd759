"""A real Apache Kafka for as long as a benchmark runs: ../shared/kafka/kafka, in a temporary folder."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile


def kafka_home(checkout):
    """The folder of Apache Kafka that a bench uses, which may not be there."""
    return pathlib.Path(os.environ.get("VIGIL_KAFKA_HOME") or checkout.parent / "shared/kafka")


class Kafka:
    """Started by `kafka start` with arguments; `said` is its line of JSON, `bootstrap` a part of it."""

    def __init__(self, command, *arguments):
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="vigil-kafka-"))
        self.process = subprocess.Popen(
            [str(command), "start", "--data", str(self.data), *arguments],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("Apache Kafka did not start")
        self.said = json.loads(line)
        self.bootstrap = self.said["bootstrap"]

    def stop(self, keep=None):
        """Ends the nodes; moves their data to the folder `keep`, or removes it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        if keep:
            shutil.move(self.data, keep)
        shutil.rmtree(self.data, ignore_errors=True)

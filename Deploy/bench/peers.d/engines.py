"""Engines as the measuring loop sees them: started once, then asked for images a second and the
processor seconds of an image."""

import json
import os
import pathlib
import select
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "lib"))
import energy  # noqa: E402

# Bounds in seconds: loading and compiling a peer, and what a run may take beyond its own time.
START_LIMIT = 300.0
RUN_SLACK = 90.0


class EngineAbsent(Exception):
    """An engine that is not there, or failed; its text is for the report."""


def pinned(cores, command):
    """The command, kept to these cores."""
    return ["taskset", "-c", ",".join(map(str, cores)), *map(str, command)]


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no message"


def environment(threads):
    """Thread counts for libraries that only read them from the environment."""
    count = str(threads)
    return os.environ | {"OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count}


class Peer:
    """A peer behind `engine_server.py`."""

    def __init__(self, key, title, precision):
        self.key, self.title, self.precision = key, title, precision
        self.version = self.settings = None
        self.process = None

    def start(self, setup):
        command = [sys.executable, "-W", "ignore", HERE / "engine_server.py", self.key]
        command += [setup.model, setup.exports, setup.batch, setup.threads]
        self.errors = open(setup.scratch / f"{self.key}.log", "w+")
        self.process = subprocess.Popen(
            pinned(setup.cores, command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, bufsize=0, env=environment(setup.threads),
        )  # fmt: skip
        ready = self.answer(START_LIMIT)
        self.version, self.settings = ready["version"], ready["settings"]

    def measure(self, seconds):
        try:
            self.process.stdin.write(f"run {seconds}\n".encode())
        except OSError:
            pass  # It has ended: the answer says why.
        answer = self.answer(seconds + RUN_SLACK)
        return answer["images_per_second"], answer["processor_seconds"]

    def answer(self, limit):
        """The next line of JSON, or what its log says of the end."""
        deadline, line = time.monotonic() + limit, b""
        while not line.endswith(b"\n"):
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self.process.stdout], [], [], left)[0]:
                raise EngineAbsent(f"no answer in {limit:.0f} s")
            part = os.read(self.process.stdout.fileno(), 65536)
            if not part:
                self.errors.seek(0)
                raise EngineAbsent(f"failed: {last_line(self.errors.read())}")
            line += part
        return json.loads(line)

    def stop(self):
        if self.process is None:
            return
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        self.process = None


class Vigil:
    """`vigil bench engine`, a process a round: it excludes its own loading and warm-up."""

    key, title = "vigil", "Vigil"

    def __init__(self, precision, command):
        self.precision, self.command = precision, command
        self.version = self.settings = self.power = None

    def start(self, setup):
        if self.command is None:
            raise EngineAbsent("no vigil command: swift build -c release")
        self.setup = setup
        self.version = vigil_version(self.command)
        # Packs and caches the weights, and finds out at once whether the command can do this.
        self.measure(1)

    def measure(self, seconds):
        setup = self.setup
        command = [self.command, "bench", "engine", "--model", setup.model]
        command += ["--batch", setup.batch, "--threads", setup.threads]
        command += ["--precision", self.precision, "--seconds", f"{seconds:g}", "--json"]
        text = run_vigil(pinned(setup.cores, command), seconds + RUN_SLACK)
        found = json_objects(text)[-1]
        rate = found.get("images_per_second")
        if not isinstance(rate, (int, float)) or rate <= 0:
            raise EngineAbsent("its JSON has no images_per_second")
        self.power = energy.Power(found)
        return rate, found["processor_seconds"] / (found["batches"] * found["batch"])

    def stop(self):
        pass


def run_vigil(command, limit):
    """Standard output of a vigil command."""
    try:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        raise EngineAbsent(f"no answer in {limit:.0f} s") from None
    except OSError as error:
        raise EngineAbsent(f"cannot be started: {error.strerror}") from None
    if done.returncode != 0:
        raise EngineAbsent(f"exit code {done.returncode}: {last_line(done.stderr)}")
    return done.stdout


def json_objects(text):
    """The objects in a command's output: one JSON document, or one a line."""
    try:
        whole = json.loads(text)
        found = whole if isinstance(whole, list) else [whole]
    except ValueError:
        found = []
        for line in text.splitlines():
            if line.lstrip().startswith("{"):
                try:
                    found.append(json.loads(line))
                except ValueError:
                    continue
    if not found or not all(isinstance(each, dict) for each in found):
        raise EngineAbsent("its output holds no JSON object")
    return found


def vigil_version(command):
    try:
        return last_line(run_vigil([command, "--version"], 20))
    except EngineAbsent:
        return "unknown"


def all_engines(command):
    """Every engine of a run, Vigil's two first."""
    return [
        Vigil("fp32", command),
        Vigil("int8", command),
        Peer("onnxruntime-fp32", "ONNX Runtime", "fp32"),
        Peer("openvino-fp32", "OpenVINO", "fp32"),
        Peer("pytorch-fp32", "PyTorch", "fp32"),
        Peer("onnxruntime-int8-dynamic", "ONNX Runtime, dynamic", "int8"),
        Peer("onnxruntime-int8-qdq", "ONNX Runtime, static QDQ", "int8"),
        Peer("openvino-int8-qdq", "OpenVINO, from QDQ", "int8"),
    ]

"""Shows a film's way through a hospital: an archive (Orthanc), Vigil with its gateway, a FHIR server
and an interface engine, all on one machine and in a network of their own.

    hospital.py VIGIL GATEWAY BROKER LOGS [--seconds N]

VIGIL and GATEWAY are the programs, BROKER is the demo broker's. Deploy/quickstart --hospital calls it
behind `unshare --net`, since Orthanc listens on every address there is. It sends a synthetic film of
Deploy/demo with storescu, to the archive and to the gateway, and waits until a structured report of
the same study stands in the archive, a DiagnosticReport at the FHIR server and an acknowledged ORU at
the engine. What it prints is what those say of themselves. Exit codes: 0 all of it came, 1 not.
"""

import argparse
import array
import datetime
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "Deploy/demo"
FILM = DEMO / "synthetic-pneumothorax.dcm"
COUNTERPARTS = ROOT / "Tests/GatewayTests/Counterparts"
ORTHANC = "/usr/sbin/Orthanc"
DICOMWEB = pathlib.Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
PORTS = {"broker": 9092, "archive": 4242, "archive-http": 8042, "gateway": 11112}
QUIET = 2


def raise_loopback():
    """Has the new network's one interface work, as `ip link set lo up` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = array.array("b", struct.pack("16sh14x", b"lo", 0x41))
        fcntl.ioctl(any_socket, 0x8914, request)


def study_of(film):
    """The StudyInstanceUID of a file of ours."""
    text = subprocess.run(["dcmdump", "-q", "+P", "0020,000d", str(film)], check=True, text=True,
                          capture_output=True).stdout
    return text.split("[")[1].split("]")[0]


class Hospital:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.logs = pathlib.Path(options.logs)
        self.running = []  # (name, process), in the order in which they were started
        self.begun = time.time()
        self.hops = []

    def start(self, name, command, **more):
        """Starts a program; its standard error goes to the log of its name."""
        more.setdefault("stdout", subprocess.PIPE)
        with open(self.logs / f"hospital-{name}.log", "wb") as log:
            process = subprocess.Popen([str(part) for part in command], stderr=log,
                                       stdin=subprocess.PIPE, text=True, cwd=ROOT, **more)
        self.running.append((name, process))
        return process

    def stop(self):
        """Asks each to end, the last first, and insists after ten seconds."""
        for _, process in reversed(self.running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def until(self, what, look, seconds=None):
        """What `look` gives as soon as it gives anything."""
        end = time.monotonic() + (seconds or self.options.seconds)
        while time.monotonic() < end:
            for name, process in self.running:
                if process.poll() is not None:
                    raise RuntimeError(f"{name} has ended: see {self.logs}/hospital-{name}.log")
            found = look()
            if found:
                return found
            time.sleep(0.05)
        raise RuntimeError(f"{what} did not come in time: see {self.logs}/hospital-*.log")

    def logged(self, name, event):
        """The first line of a log that tells of an event."""
        with open(self.logs / f"hospital-{name}.log", encoding="utf-8") as log:
            for line in log:
                if f'"event":"{event}"' in line and line.endswith("\n"):
                    return json.loads(line)
        return None

    def hop(self, name, what, at=None):
        self.hops.append((at or time.time(), name, what))

    # What is started, in the order of need.

    def start_broker(self):
        (self.folder / "broker").mkdir()
        self.start("broker", [self.options.broker, "start", "--only", "kafka", "--kafka-port",
                              PORTS["broker"], "--data-dir", self.folder / "broker"],
                   stdout=subprocess.DEVNULL)
        self.until("the broker", lambda: answers(PORTS["broker"]))
        subprocess.run([self.options.vigil, "topics", "create", "--bootstrap", self.bootstrap],
                       check=True, capture_output=True)

    bootstrap = f"127.0.0.1:{PORTS['broker']}"

    def start_archive(self):
        (self.folder / "archive").mkdir()
        settings = {
            "Name": "ARCHIVE", "DicomAet": "ARCHIVE", "DicomPort": PORTS["archive"],
            "HttpPort": PORTS["archive-http"], "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False, "StorageDirectory": str(self.folder / "archive"),
            "IndexDirectory": str(self.folder / "archive"), "SaveJobs": False,
            "Plugins": [str(DICOMWEB)] if DICOMWEB.exists() else [],
        }
        (self.folder / "archive.json").write_text(json.dumps(settings))
        self.start("archive", [ORTHANC, self.folder / "archive.json"], stdout=subprocess.DEVNULL)

    def start_worker(self):
        out = open(self.folder / "worker.out", "wb")
        self.start("worker", [
            self.options.vigil, "worker", "--bootstrap", self.bootstrap, "--group", "hospital",
            "--instance", "hospital", "--model", ROOT / "Deploy/models/vigil-mini",
            "--input-root", self.folder / "objects",
            "--set", f"privacy.pseudonym-key-file={self.folder}/key",
            "--set", f"triage.calibrations={DEMO}/synthetic.calibration",
            "--set", f"triage.calibration-keys={DEMO}/synthetic.pub"], stdout=out)

    def start_counterparts(self):
        python = [sys.executable, "-B", "-u"]
        fhir = self.start("fhir-server", [*python, COUNTERPARTS / "fhir_server.py"])
        engine = self.start("engine", [*python, COUNTERPARTS / "mllp_listener.py",
                                       self.folder / "messages", "--keep"])
        self.fhir = f"http://127.0.0.1:{int(fhir.stdout.readline())}"
        self.engine = int(engine.stdout.readline())

    def start_gateway(self):
        text = f"""
instance: hospital
kafka: {{bootstrap.servers: '{self.bootstrap}'}}
studies:
  roots: ['{self.folder}/objects']
  pseudonym-key-file: '{self.folder}/key'
roles:
  - name: modalities
    kind: dicom-listen
    endpoint: dicom://127.0.0.1:{PORTS['gateway']}/VIGIL
    calling-titles: [MODALITY]
    folder: '{self.folder}/objects'
    quiet-seconds: {QUIET}
    priority: routine
  - name: archive
    kind: sr-deliver
    endpoint: dicom://127.0.0.1:{PORTS['archive']}/ARCHIVE
  - name: ehr
    kind: fhir-deliver
    endpoint: '{self.fhir}'
    patient-system: urn:oid:1.2.3
  - name: engine
    kind: hl7-deliver
    endpoint: mllp://127.0.0.1:{self.engine}
"""
        (self.folder / "gateway.yaml").write_text(text)
        out = open(self.folder / "gateway.out", "wb")
        self.start("gateway", [self.options.gateway, "run", "--config",
                               self.folder / "gateway.yaml"], stdout=out)

    def make_key(self):
        (self.folder / "objects").mkdir()
        with open(os.open(self.folder / "key", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as key:
            key.write(os.urandom(32))

    def has_said(self, file, event):
        return lambda: f'"event":"{event}"' in (self.folder / file).read_text(encoding="utf-8")

    def start_all(self):
        self.make_key()
        self.start_archive()
        self.start_counterparts()
        self.start_broker()
        self.start_worker()
        self.start_gateway()
        self.until("the worker", self.has_said("worker.out", "ready"), 120)
        self.until("the gateway", self.has_said("gateway.out", "gateway_ready"))
        self.until("the archive", lambda: answers(PORTS["archive"]))

    # What is sent, and what is asked for.

    def send(self, title, port):
        subprocess.run(["storescu", "-q", "-xv", "-aet", "MODALITY", "-aec", title, "127.0.0.1",
                        str(port), str(FILM)], check=True, env={**os.environ, "TCP_NODELAY": "1"})

    def follow(self):
        study = study_of(FILM)
        size = FILM.stat().st_size // 1024
        self.begun = time.time()
        self.send("ARCHIVE", PORTS["archive"])
        self.hop("storescu -> archive", f"C-STORE success, {size} KB")
        self.send("VIGIL", PORTS["gateway"])
        self.hop("storescu -> gateway (dicom-listen)", f"C-STORE success, {size} KB on disk")
        told = self.until("the study's event", lambda: self.logged("gateway", "study_announced"))
        self.hop("gateway -> Kafka", f"study event, {told['instances']} instance, after {QUIET} s"
                 " of quiet", moment(told))
        found = self.until("the finding", lambda: self.logged("worker", "finding_published"))
        self.hop("Kafka -> worker -> Kafka", f"finding {found['finding'][:8]}…, {found['priority']}",
                 moment(found))
        waited = {
            "gateway -> archive (sr-deliver)": lambda: self.report_of(study),
            "gateway -> EHR (fhir-deliver)": lambda: self.bundle_of(study),
            "gateway -> engine (hl7-deliver)": self.message,
        }
        while waited:
            name, what = self.until(", ".join(waited), lambda: first(waited))
            del waited[name]
            self.hop(name, what)
        return study

    def report_of(self, study):
        """What the archive itself says of structured reports in the study."""
        query = {"Level": "Series", "Expand": True, "Query": {"StudyInstanceUID": study}}
        try:
            request = urllib.request.Request(
                f"http://127.0.0.1:{PORTS['archive-http']}/tools/find",
                data=json.dumps(query).encode())
            with urllib.request.urlopen(request, timeout=5) as answer:
                series = json.load(answer)
        except OSError:
            return None
        kinds = sorted(one["MainDicomTags"].get("Modality", "?") for one in series)
        return f"the study has {' and '.join(kinds)} there" if "SR" in kinds else None

    def bundle_of(self, study):
        with urllib.request.urlopen(f"{self.fhir}/_dump", timeout=5) as answer:
            text = answer.read().decode()
        if f"urn:oid:{study}" not in text:
            return None
        counts = {kind: text.count(f'"resourceType": "{kind}"')
                  or text.count(f'"resourceType":"{kind}"')
                  for kind in ("DiagnosticReport", "Observation")}
        return f"transaction: {counts['DiagnosticReport']} DiagnosticReport, " \
            f"{counts['Observation']} Observations"

    def message(self):
        try:
            lines = (self.folder / "messages").read_text(encoding="utf-8").splitlines()
        except OSError:
            return None
        for line in map(json.loads, lines):
            if line["answer"] == "AA":
                fields = [part.split("|") for part in line["message"].split("\r") if part]
                flagged = [one[3].split("^")[1] for one in fields
                           if one[0] == "OBX" and one[5].startswith("flagged^")]
                more = f" and {len(flagged) - 1} more" if len(flagged) > 1 else ""
                return f"ORU^R01 answered AA, flagged: {flagged[0] if flagged else 'none'}{more}"
        return None

    def show(self, study):
        print(f"\nOne film's way, in seconds after it was sent (study …{study[-12:]})\n")
        print(f"  {'s':>6}  {'hop':<34}  what came")
        for at, name, what in sorted(self.hops):
            print(f"  {at - self.begun:6.2f}  {name:<34}  {what}"[:100])
        print()


def first(waited):
    for name, look in waited.items():
        what = look()
        if what:
            return name, what
    return None


def answers(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def moment(line):
    return datetime.datetime.fromisoformat(line["ts"].replace("Z", "+00:00")).timestamp()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("vigil", "gateway", "broker", "logs"):
        parser.add_argument(name)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    # What was started is stopped, whoever asks for the end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    raise_loopback()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vigil-hospital-"))
    hospital = Hospital(options, folder)
    code = 1
    try:
        hospital.start_all()
        print(f"  archive, broker, worker, gateway, EHR and engine run after "
              f"{time.time() - hospital.begun:.1f} s", flush=True)
        hospital.show(hospital.follow())
        code = 0
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"hospital: {error}", file=sys.stderr)
    finally:
        hospital.stop()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(code)


if __name__ == "__main__":
    main()

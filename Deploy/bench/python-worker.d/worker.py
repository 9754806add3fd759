"""The worker: one thread speaks to Kafka, one decodes, one runs the model."""

import hashlib
import json
import os
import pathlib
import queue
import signal
import sys
import threading
import time
import urllib.parse
import uuid

import numpy
import onnxruntime
import pydicom
from confluent_kafka import Consumer, Producer, TopicPartition
from PIL import Image
from pydicom.pixels import apply_modality_lut, apply_voi_lut

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from measuring import Parser  # noqa: E402

# Vigil's defaults.
BATCH_MAX, BATCH_WAIT = 8, 0.05
TRANSACTION_MAX, TRANSACTION_WAIT = 100, 0.02
IN_FLIGHT_MAX, PREPARED_MAX = 256, 4 * BATCH_MAX


def read_options():
    parser = Parser(prog="python-worker")
    for name in ("bootstrap", "group", "instance", "model"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--input-root", action="append", required=True)
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    options.settings = dict(pair.split("=", 1) for pair in options.set)
    return options


class Preprocessor:
    """DICOM to [3, S, S] f32 as the model's preprocessor_config.json says."""

    def __init__(self, model, roots):
        config = json.loads(pathlib.Path(model, "preprocessor_config.json").read_text())
        self.edge, self.crop = config["size"]["shortest_edge"], config["crop_size"]["height"]
        self.mean = numpy.asarray(config["image_mean"], numpy.float32)[:, None, None]
        self.deviation = numpy.asarray(config["image_std"], numpy.float32)[:, None, None]
        self.roots = [os.path.realpath(root) + "/" for root in roots]

    def path(self, uri):
        path = os.path.realpath(urllib.parse.unquote(urllib.parse.urlparse(uri).path))
        if not any(path.startswith(root) for root in self.roots):
            raise PermissionError("outside the input roots")
        return path

    def grey(self, uri):
        data = pydicom.dcmread(self.path(uri))
        pixels = apply_voi_lut(apply_modality_lut(data.pixel_array, data), data)
        pixels = numpy.asarray(pixels, numpy.float32)
        low, high = pixels.min(), pixels.max()
        pixels = (pixels - low) * (255 / max(high - low, 1e-6))
        if data.get("PhotometricInterpretation") == "MONOCHROME1":
            pixels = 255 - pixels
        return Image.fromarray(pixels.astype(numpy.uint8))

    def tensor(self, uri):
        image = self.grey(uri)
        scale = self.edge / min(image.size)
        image = image.resize(
            (round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
        left, top = (image.width - self.crop) // 2, (image.height - self.crop) // 2
        image = image.crop((left, top, left + self.crop, top + self.crop))
        grey = numpy.asarray(image, numpy.float32) * numpy.float32(1 / 255)
        return (grey[None] - self.mean) / self.deviation


class Model:
    """The vision tower with zero-shot scores."""

    def __init__(self, model, exports, precision, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        name = "dynamic.onnx" if precision == "int8" else "fp32.onnx"
        self.session = onnxruntime.InferenceSession(
            str(exports / name), options, providers=["CPUExecutionProvider"])
        self.prompts = json.loads(pathlib.Path(model, "prompts.json").read_text())["findings"]
        self.directions = numpy.load(exports / "directions.npy")
        self.digest = hashlib.sha256(
            pathlib.Path(model, "model.safetensors").read_bytes()).hexdigest()
        self.scale = 100.0

    def scores(self, pixels):
        """Probabilities [images, findings]."""
        embeddings = self.session.run(None, {"pixels": pixels})[0]
        embeddings /= numpy.linalg.norm(embeddings, axis=1, keepdims=True)
        cosines = numpy.einsum("nd,fsd->nfs", embeddings, self.directions)
        logits = self.scale * (cosines[..., 0] - cosines[..., 1])
        return 1 / (1 + numpy.exp(-logits))


class Study:
    def __init__(self, message):
        self.topic, self.partition = message.topic(), message.partition()
        self.offset, self.key = message.offset(), message.key()
        self.headers = {name: value.decode() for name, value in message.headers() or []}
        self.event = json.loads(message.value())
        self.stamp, self.taken = message.timestamp()[1] / 1000, time.time()
        self.times, self.tensors, self.error = {}, [], None


class Worker:
    def __init__(self, options):
        settings = options.settings
        self.topics = {name: settings[f"topics.{name}"]
                       for name in ("input", "finding", "energy", "dead-letter")}
        sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "peers.d"))
        import tower

        exports = tower.export_directory(os.environ["VIGIL_CACHE"], options.model)
        self.preprocessor = Preprocessor(options.model, options.input_root)
        self.model = Model(options.model, exports, settings.get("engine.precision", "fp32"),
                           int(settings.get("engine.threads", os.cpu_count())))
        root = pathlib.Path(__file__).resolve().parents[3]
        import energy

        self.power = energy.Power.ask(os.environ.get("VIGIL") or root / ".build/release/vigil")
        if self.power is None:
            sys.exit(69)
        crop = self.preprocessor.crop
        self.model.scores(numpy.zeros((BATCH_MAX, 3, crop, crop), numpy.float32))
        common = {"bootstrap.servers": options.bootstrap, "socket.nagle.disable": True}
        self.consumer = Consumer({
            **common, "group.id": options.group, "group.instance.id": options.instance,
            "auto.offset.reset": "earliest", "enable.auto.commit": False,
            "isolation.level": "read_committed"})
        self.producer = Producer({
            **common, "transactional.id": f"python-{options.group}-{options.instance}"})
        self.incoming, self.finished = queue.Queue(), queue.Queue()
        self.prepared = queue.Queue(PREPARED_MAX)
        self.in_flight, self.stopping = 0, False

    def decode(self):
        while True:
            study = self.incoming.get()
            begun = time.monotonic()
            try:
                study.tensors = [self.preprocessor.tensor(instance["uri"])
                                 for instance in study.event["instances"]]
            except Exception as error:  # Whatever a decoder makes of a file it does not know.
                study.error = repr(error)
            study.ready = time.monotonic()
            study.times["decode"] = study.ready - begun
            self.prepared.put(study)

    def batch(self):
        """Studies of up to BATCH_MAX images, which wait for others for at most BATCH_WAIT."""
        studies = [self.prepared.get()]
        deadline = time.monotonic() + BATCH_WAIT
        while sum(len(study.tensors) for study in studies) < BATCH_MAX:
            try:
                studies.append(self.prepared.get(timeout=max(0, deadline - time.monotonic())))
            except queue.Empty:
                break
        return studies

    def infer(self):
        before = time.process_time()
        while True:
            studies = self.batch()
            begun = time.monotonic()
            tensors = [tensor for study in studies for tensor in study.tensors]
            scores = self.model.scores(numpy.stack(tensors)) if tensors else []
            ended, after = time.monotonic(), time.process_time()
            first = 0
            for study in studies:
                count = len(study.tensors)
                study.scores = scores[first:first + count]
                first += count
                study.times["batch"], study.times["infer"] = begun - study.ready, ended - begun
                study.energy = self.power.joules((after - before) / len(studies))
                study.tensors, study.size = [], count
                self.finished.put(study)
            before = after

    def records(self, study):
        """Topic and value of each record of a study's outcome."""
        if study.error:
            return [("dead-letter", {"error": study.error})]
        best = numpy.max(study.scores, axis=0)
        now = time.time()
        times = {name: value * 1000 for name, value in study.times.items()}
        times["topic"] = (study.taken - study.stamp) * 1000
        uid = study.event["study"]["uid"]
        name = str(uuid.uuid5(uuid.NAMESPACE_OID, uid + self.model.digest))
        reading = {"method": study.energy["joules_method"],
                   "energy_joules": study.energy["joules"],
                   "low_joules": study.energy["joules_low"],
                   "high_joules": study.energy["joules_high"]}
        finding = {
            "finding_id": name, "study": {"uid": uid}, "event": study.headers["ce_id"],
            "ordered_priority": study.event["priority"],
            "findings": [
                {"code": prompt["code"], "label": prompt["label"], "probability": float(p),
                 "positive": bool(p > 0.5)} for prompt, p in zip(self.model.prompts, best)],
            "model": {"digest": self.model.digest},
            "instances": [{"frames": 1} for _ in range(study.size)],
            "run": {"time_to_notification_ms": times, "published": now, "energy": reading}}
        return [("finding", finding), ("energy", {"kind": "study", "finding_id": name, **reading})]

    def publish(self, studies):
        self.producer.begin_transaction()
        ends = {}
        for study in studies:
            headers = [("ce_specversion", "1.0"), ("ce_id", str(uuid.uuid4())),
                       ("ce_source", "urn:vigil:python-worker"),
                       ("ce_causationid", study.headers["ce_id"])]
            for kind, value in self.records(study):
                if kind == "dead-letter":
                    headers[1] = ("ce_id", study.headers["ce_id"])
                self.producer.produce(
                    self.topics[kind], json.dumps(value).encode(), study.key, headers=headers)
            place = (study.topic, study.partition)
            ends[place] = max(ends.get(place, 0), study.offset + 1)
        self.producer.send_offsets_to_transaction(
            [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()],
            self.consumer.consumer_group_metadata(), 30)
        self.producer.commit_transaction(30)
        self.in_flight -= len(studies)

    def ready(self, consumer, partitions):
        consumer.assign(partitions)
        if partitions:
            print(json.dumps({"event": "ready", "partitions": len(partitions)},
                             separators=(",", ":")), flush=True)

    def run(self):
        for body in (self.decode, self.infer):
            threading.Thread(target=body, daemon=True).start()
        self.producer.init_transactions(30)
        self.consumer.subscribe([self.topics["input"]], on_assign=self.ready)
        due, outcomes = None, []
        while not self.stopping:
            room = IN_FLIGHT_MAX - self.in_flight
            for message in self.consumer.consume(max(1, min(room, 64)), timeout=0.01):
                if message.error():
                    continue
                self.in_flight += 1
                self.incoming.put(Study(message))
            while not self.finished.empty():
                outcomes.append(self.finished.get())
                due = due or time.monotonic() + TRANSACTION_WAIT
            if outcomes and (len(outcomes) >= TRANSACTION_MAX or time.monotonic() >= due):
                self.publish(outcomes)
                due, outcomes = None, []
        self.consumer.close()

    def stop(self, *_):
        self.stopping = True


def main():
    worker = Worker(read_options())
    signal.signal(signal.SIGTERM, worker.stop)
    worker.run()


if __name__ == "__main__":
    main()

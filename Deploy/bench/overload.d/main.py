"""Load from outside, and what the worker makes of it: see Deploy/bench/overload."""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "chaos.d"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from cluster import Cluster  # noqa: E402
from scene import IMAGES, Scene, Worker  # noqa: E402
import audit  # noqa: E402
import energy  # noqa: E402
from kafka import kafka_home  # noqa: E402
from measuring import EXIT_UNAVAILABLE, EXIT_USAGE, Parser  # noqa: E402

LANE = "chaos.in.urgent"
# What a worker may grow by: the records of both lanes, and an allocator's waste.
GROWTH_MAX_MB = 48
HANDLES_MAX = 8
# Seconds: the first three of the flood that tells the capacity do not count.
WARM_MIN = 5


class Watch(threading.Thread):
    """Notes when each study's finding can be read, and what the worker takes meanwhile."""

    def __init__(self, scene, worker):
        super().__init__(daemon=True)
        self.scene, self.worker = scene, worker
        self.sent, self.done, self.late, self.repeated = {}, {}, 0, 0
        self.stages = {}
        self.samples, self.ends = [], threading.Event()
        self.joules, self.charged, self.methods = [0.0, 0.0, 0.0], 0, set()

    def run(self):
        next_sample = 0
        while not self.ends.is_set():
            for message in self.scene.watcher.consume(2000, timeout=0.02):
                if message.error() is None:
                    self.note(message)
            if time.monotonic() >= next_sample:
                next_sample = time.monotonic() + 1
                if used := usage(self.worker.process.pid):
                    self.samples.append((time.monotonic(), *used))

    def note(self, message):
        now = time.time()
        name = audit.header(message.headers() or [], "ce_causationid")
        if name is None:
            return
        if name in self.done:
            self.repeated += 1
            return
        self.done[name] = now
        run = json.loads(message.value()).get("run", {})
        self.stages[name] = run.get("time_to_notification_ms", {})
        self.note_energy(run.get("energy"))
        due = run.get("deadline")
        if due and time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) > due[:19]:
            self.late += 1

    def note_energy(self, reading):
        if reading is None:
            return
        for place, name in enumerate(("energy_joules", "low_joules", "high_joules")):
            self.joules[place] += reading[name]
        self.charged += 1
        self.methods.add(reading["method"])

    def energy(self):
        """What the findings say that their studies took."""
        return energy.a_study(*self.joules, self.charged, self.methods)

    def waits(self, names):
        """Seconds from the sender to the reader, sorted."""
        return sorted(self.done[name] - self.sent[name] for name in names if name in self.done)

    def stage_table(self, names):
        """Milliseconds of each stage as the findings tell, p50 and p99."""
        told = [self.stages[name] for name in names if name in self.stages]
        table = {}
        for stage in sorted({stage for each in told for stage in each}):
            values = sorted(each[stage] for each in told if stage in each)
            table[stage] = [round(percentile(values, share), 1) for share in (0.5, 0.99)]
        return table

    def await_all(self, names, bound):
        deadline = time.monotonic() + bound
        while any(name not in self.done for name in names):
            if time.monotonic() > deadline or self.worker.process.poll() is not None:
                return False
            time.sleep(0.05)
        return True


def resident(pid):
    """A process's resident megabytes; none of one that has ended meanwhile."""
    try:
        with open(f"/proc/{pid}/statm") as facts:
            return int(facts.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def children(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/children") as names:
                found += names.read().split()
        except (FileNotFoundError, ProcessLookupError):
            pass  # a thread that has ended
    return found


def usage(pid):
    """Resident megabytes and open files of a process, its children's memory included; nothing once
    it has ended."""
    try:
        memory = sum(resident(one) for one in [pid, *children(pid)])
        return memory, len(os.listdir(f"/proc/{pid}/fd"))
    except (FileNotFoundError, ProcessLookupError):
        return None


class Sender:
    """Sends studies at a rate; most of them routine."""

    def __init__(self, scene, watch, options):
        self.scene, self.watch, self.options, self.count = scene, watch, options, 0
        self.lane = "chaos.in" if options.no_lane else LANE

    def size(self):
        """Images of a study: as many between 1 and 10 as between 10 and 100."""
        return round(self.options.images_max ** self.scene.random.random())

    def send(self, priority, images=1):
        name = f"study-{self.count}"
        self.count += 1
        files = [f"file://{self.scene.images}/{self.scene.random.choice(IMAGES)}"
                 for _ in range(images)]
        body = json.dumps({
            "study": {"uid": f"1.2.826.0.1.3680043.8.498.{self.count}"}, "priority": priority,
            "instances": [{"uri": file} for file in files]})
        headers = {"ce_specversion": "1.0", "ce_id": name, "ce_source": "urn:test:ris",
                   "ce_type": "org.vigil.study.received.v1"}
        topic = "chaos.in" if priority == "routine" else self.lane
        self.watch.sent[name] = time.time()
        while True:
            try:
                self.scene.producer.produce(topic, body, name, headers=list(headers.items()))
                break
            except BufferError:
                self.scene.producer.poll(0.01)
        self.scene.producer.poll(0)
        return name

    def stream_sized(self, rate, seconds, names):
        """So many studies of 1 to the most images a second, each twentieth stat, and stat studies
        of one image beside them."""
        begun, sent, singles = time.monotonic(), 0, 0
        names.update({True: [], False: []})
        while (passed := time.monotonic() - begun) < seconds:
            while sent < rate * passed:
                sent += 1
                priority = "routine" if sent % 20 else "stat"
                names[False].append(self.send(priority, self.size()))
            while singles < self.options.singles * passed:
                singles += 1
                names[True].append(self.send("stat"))
            time.sleep(0.005)

    def stream(self, rate, seconds, share, per_priority):
        """So many a second, evenly; `share` of them urgent, at random or in even steps."""
        begun, sent = time.monotonic(), 0
        while (passed := time.monotonic() - begun) < seconds:
            while sent < rate * passed:
                if self.options.even:
                    urgent = int((sent + 1) * share) > int(sent * share)
                else:
                    urgent = self.scene.random.random() < share
                priority = self.options.priority if urgent else "routine"
                per_priority.setdefault(urgent, []).append(self.send(priority))
                sent += 1
            time.sleep(0.005)


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def capacity_sized(sender, watch):
    """Studies of 1 to the most images a second."""
    begun = time.time()
    names = [sender.send("routine", sender.size()) for _ in range(sender.options.sample)]
    if not watch.await_all(names, 3600):
        raise TimeoutError(f"{len(names)} studies were not done within an hour")
    return len(names) / (max(watch.done[name] for name in names) - begun)


def capacity(sender, watch):
    """Studies a second with a queue that is never empty."""
    names = [sender.send("routine") for _ in range(600)]
    if not watch.await_all(names, 300):
        raise TimeoutError("600 studies were not done within 300 s")
    times = sorted(watch.done[name] for name in names)
    return (len(times) - 100) / (times[-1] - times[99])


def capacity_in_flood(sender, watch, alone, seconds):
    """Studies a second while ten times as many come in, which the same processors have to carry.
    It is the load that is measured later, and Kafka compiles what it needs for it."""
    begun, names = time.time(), {}
    sender.stream(10 * alone, seconds, 0.05, names)
    done = sum(begun + 3 < watch.done.get(name, 0) for name in list(watch.sent))
    rate = done / (time.time() - begun - 3)
    if not watch.await_all(names[True] + names[False], 30 * seconds):
        raise TimeoutError(f"what {seconds} s of flood brought was not done in {30 * seconds} s")
    return rate


def slope(samples):
    """Growth an hour by least squares."""
    if len(samples) < 10:
        return 0.0
    times = [time for time, _ in samples]
    mean_t, mean_v = sum(times) / len(times), sum(v for _, v in samples) / len(samples)
    spread = sum((t - mean_t) ** 2 for t in times)
    return 3600 * sum((t - mean_t) * (v - mean_v) for t, v in samples) / spread


def level(samples):
    """Of a run, its first third left out: the least and most memory and files, and the slope."""
    kept = samples[len(samples) // 3:]
    memory, files = [s[1] for s in kept], [s[2] for s in kept]
    return {"resident_min_mb": round(min(memory), 1), "resident_max_mb": round(max(memory), 1),
            "resident_mb_per_hour": round(slope([s[:2] for s in kept]), 1),
            "files_min": min(files), "files_max": max(files)}


def overload(options, sender, watch, base):
    result, names = {}, {}
    sender.stream(4, options.unloaded, 1.0, idle := {})
    watch.await_all(idle[True], 60)
    alone = watch.waits(idle[True])
    begun = time.monotonic()
    if options.images_max > 1:
        sender.stream_sized(base * options.factor, options.seconds, names)
    else:
        sender.stream(base * options.factor, options.seconds, 0.05, names)
    under = watch.waits(names[True])
    is_done = watch.await_all(names[True] + names[False], options.drain)
    urgent, routine = watch.waits(names[True]), watch.waits(names[False])
    samples = [sample for sample in watch.samples if sample[0] >= begun]
    before = max(s[1] for s in watch.samples if s[0] < begun)
    peak = max(s[1] for s in samples)
    result.update({
        "urgent": len(names[True]), "routine": len(names[False]),
        "urgent_done_under_load": len(under),
        "unloaded_p50_s": round(percentile(alone, 0.5), 3),
        "unloaded_p99_s": round(percentile(alone, 0.99), 3),
        "urgent_p50_s": round(percentile(urgent, 0.5), 3),
        "urgent_p99_s": round(percentile(urgent, 0.99), 3),
        "urgent_max_s": round(urgent[-1], 3), "routine_max_s": round(routine[-1], 1),
        "drained": is_done, "past_deadline": watch.late, "resident_before_mb": round(before, 1),
        "resident_peak_mb": round(peak, 1)})
    result["stages_unloaded_ms"] = watch.stage_table(idle[True])
    result["stages_urgent_ms"] = watch.stage_table(names[True])
    result["ratio_p99"] = round(result["urgent_p99_s"] / result["unloaded_p99_s"], 2)
    misses = {
        "urgent p99 above twice the unloaded one": result["ratio_p99"] > 2,
        "studies without an outcome": not is_done, "studies past their deadline": watch.late > 0,
        "memory grew": peak > before + GROWTH_MAX_MB}
    return result, misses


def soak(options, sender, watch, base):
    begun, names = time.monotonic(), {}
    sender.stream(base * options.share, options.seconds, 0.05, names)
    samples = [sample for sample in watch.samples if sample[0] >= begun]
    is_done = watch.await_all(names.get(True, []) + names.get(False, []), options.drain)
    waits = watch.waits(names[True]), watch.waits(names[False])
    result = {"seconds": options.seconds, **level(samples), "drained": is_done,
              "urgent_p99_s": round(percentile(waits[0], 0.99), 3),
              "routine_p99_s": round(percentile(waits[1], 0.99), 3)}
    grew = result["resident_max_mb"] - result["resident_min_mb"]
    return result, {
        "studies without an outcome": not is_done, "studies past their deadline": watch.late > 0,
        "memory is not level": grew > GROWTH_MAX_MB,
        "open files are not level": result["files_max"] - result["files_min"] > HANDLES_MAX}


@contextlib.contextmanager
def processors(chosen):
    """What is started within runs on these processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, chosen)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def shares(options):
    """Which processors are the worker's, and which everything else's."""
    every = sorted(os.sched_getaffinity(0))
    if not options.apart:
        return every, every
    return every[:len(every) // 2], every[len(every) // 2:]


def run(options):
    worker_share, rest = shares(options)
    with processors(rest):
        return run_beside(options, worker_share)


def taking_any_image(model, folder):
    """A copy of a model's folder that does not say what it takes: the bench's images are no films,
    and what counts here is how long the model takes over them."""
    copy = pathlib.Path(folder) / "model-of-any-image"
    shutil.copytree(model, copy)
    facts = copy / "vigil.json"
    if facts.exists():
        said = json.loads(facts.read_text())
        said.pop("intendedInput", None)
        facts.write_text(json.dumps(said))
    return str(copy)


def run_beside(options, worker_share):
    """Runs it from processors that the broker inherits."""
    cluster, scene = Cluster(options.kafka, 1), None
    try:
        model = taking_any_image(
            options.model or options.checkout / "Deploy/models/vigil-mini", options.folder)
        scene = Scene(options, cluster, options.seed, partitions=4, model=model,
                      lane=None if options.no_lane else LANE)
        with processors(worker_share):
            worker = Worker(scene, "slot-1", options.set)
        if not worker.ready():
            raise TimeoutError(f"the worker did not get ready; its log is in {scene.folder}")
        watch = Watch(scene, worker)
        watch.start()
        sender = Sender(scene, watch, options)
        watch.await_all([sender.send("routine") for _ in range(100)], 120)
        base = (capacity_sized if options.images_max > 1 else capacity)(sender, watch)
        alone = base
        if not options.soak and options.images_max == 1:
            base = capacity_in_flood(sender, watch, alone, options.warm)
        result, misses = (soak if options.soak else overload)(options, sender, watch, base)
        worker.send(signal.SIGTERM)
        code = worker.end()
        watch.ends.set()
        watch.join(5)
        misses |= {"studies with two outcomes": watch.repeated > 0, "the worker failed": code != 0,
                    "findings without their energy": watch.charged < len(watch.done)}
        return {"capacity_alone_per_s": round(alone, 1), "capacity_per_s": round(base, 1),
                **result, **watch.energy(), "repeated": watch.repeated,
                "studies": sender.count, "seed": options.seed}, misses
    finally:
        if scene:
            scene.end_workers()
        cluster.stop()


def read_options():
    parser = Parser(
        prog="overload", description="See the head of Deploy/bench/overload.")
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, default=60, help="of the load")
    parser.add_argument("--warm", type=int, default=10,
                        help="seconds of the same load before, which tell the capacity")
    parser.add_argument("--factor", type=float, default=10, help="times the capacity")
    parser.add_argument("--unloaded", type=int, default=30, help="seconds without load before")
    parser.add_argument("--drain", type=int, default=1200, help="seconds at most for what waits")
    parser.add_argument("--priority", choices=["stat", "urgent"], default="stat",
                        help="what the urgent ones are ordered as")
    parser.add_argument("--no-lane", action="store_true", help="one input topic for all")
    parser.add_argument("--apart", action="store_true",
                        help="the worker has half of the processors for itself, broker and sender "
                        "have the others")
    parser.add_argument("--even", action="store_true",
                        help="each twentieth study is urgent, not one in twenty at random")
    parser.add_argument("--images-max", type=int, default=1,
                        help="studies of 1 to so many images, of which --factor times the capacity "
                        "comes; what is measured are stat studies of one image beside them")
    parser.add_argument("--singles", type=float, default=2,
                        help="of these so many a second, with --images-max")
    parser.add_argument("--sample", type=int, default=30,
                        help="studies that tell the capacity, with --images-max")
    parser.add_argument("--model", help="a model's folder (Deploy/models/vigil-mini)")
    parser.add_argument("--soak", action="store_true", help="80 %% of capacity instead")
    parser.add_argument("--share", type=float, default=0.8, help="of capacity in a soak")
    parser.add_argument("--set", action="append", default=[], help="a setting of the worker")
    parser.add_argument("--seed", type=int, default=1, help="another order of studies")
    parser.add_argument("--vigil", help="the program (.build/release/vigil)")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    found = parser.parse_args()
    if found.apart and len(os.sched_getaffinity(0)) < 2:
        print("overload: --apart needs two processors; leave it out", file=sys.stderr)
        sys.exit(EXIT_UNAVAILABLE)
    if found.warm < WARM_MIN:
        print(f"overload: --warm is at least {WARM_MIN} s", file=sys.stderr)
        sys.exit(EXIT_USAGE)
    found.library = None
    found.cache = os.environ.get("VIGIL_CACHE", str(found.checkout / ".cache"))
    found.vigil = found.vigil or str(found.checkout / ".build/release/vigil")
    found.kafka = kafka_home(found.checkout)
    for path in (found.vigil, found.kafka / "kafka", f"{found.cache}/pydicom-data/data/SC_rgb.dcm"):
        if not os.path.exists(path):
            print(f"overload: {path} is not there: see Deploy/bench/chaos", file=sys.stderr)
            sys.exit(EXIT_UNAVAILABLE)
    return found


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options.folder = tempfile.mkdtemp(prefix="vigil-overload-")
    try:
        result, misses = run(options)
    except TimeoutError as error:
        print(f"overload: {error}", file=sys.stderr)
        sys.exit(1)
    shutil.rmtree(options.folder, ignore_errors=True)
    for name, value in result.items():
        print(f"{name:24} {value}")
    missed = [name for name, is_missed in misses.items() if is_missed]
    for name in missed:
        print(f"overload: {name} (seed {options.seed})", file=sys.stderr)
    if options.json:
        print(json.dumps({**result, "missed": missed}))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()

"""The plan of faults: see Deploy/bench/chaos."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from cluster import Cluster  # noqa: E402
from kafka import kafka_home  # noqa: E402
from measuring import EXIT_UNAVAILABLE, Parser  # noqa: E402
from scene import PRIORITIES, Scene, Worker  # noqa: E402
import audit  # noqa: E402
import energy  # noqa: E402
import late  # noqa: E402
import poison  # noqa: E402

POINTS = ["before-begin", "after-begin", "after-first-record", "after-records", "after-offsets",
          "during-commit", "after-commit", "after-announcement"]
PARTS = ["random", "points", "stops", "broker", "groups", "poison", "context", "mixed", "nodes"]
# Seconds from SIGTERM to the end: shutdown.drain-max-ms, and closing both clients.
STOP_MAX = 15
# So many events wait at most, so that faults always strike under load.
AHEAD = 150


class Stuck(Exception):
    """Nothing comes any more."""


class Plan:
    """The faults of one cluster, counted."""

    def __init__(self, options, cluster, seed, share):
        self.cluster = cluster
        self.scene = Scene(options, cluster, seed)
        self.share = share
        self.random = self.scene.random
        self.kills, self.exits, self.recoveries, self.stopped = {}, [], [], []
        self.killers = {}

    def count(self, name):
        self.kills[name] = self.kills.get(name, 0) + 1

    def start(self, slot="slot-1", settings=()):
        worker = Worker(self.scene, slot, settings)
        if not worker.ready():
            raise Stuck(f"{slot} did not get ready: {worker.process.poll()}")
        return worker

    def progress(self, more, workers=(), bound=180):
        """Waits for so many more outcomes while events go on coming."""
        wanted = self.scene.look() + more
        if not self.scene.await_outcomes(wanted, bound, workers, AHEAD):
            ends = [worker.process.poll() for worker in workers]
            raise Stuck(f"{len(self.scene.done)} of {wanted} outcomes; workers' ends: {ends}")

    def end_in_order(self, worker, name="in order"):
        worker.send(signal.SIGTERM)
        self.exits.append(f"{name}: {worker.end()}")

    def say(self, text):
        print(f"[{time.strftime('%H:%M:%S')}] {text}: {len(self.scene.sent)} sent, "
              f"{len(self.scene.done)} done, {sum(self.kills.values())} kills", flush=True)

    def random_kills(self, count):
        for number in range(count):
            begun = time.monotonic()
            worker = self.start()
            self.progress(1, [worker])
            self.recoveries.append(time.monotonic() - begun)
            time.sleep(self.random.uniform(0, 0.6))
            worker.kill()
            self.count("random")
            if number % 20 == 19:
                self.say(f"{number + 1} kills at random times")

    def point_kills(self, each):
        for point in POINTS:
            for _ in range(each):
                self.await_crash(point, self.random.randint(1, 6))
            self.say(f"{each} kills {point}")

    def await_crash(self, point, after):
        worker = Worker(
            self.scene, "slot-1", [f"test.crash-at={point}", f"test.crash-after={after}"])
        deadline = time.monotonic() + 120
        while worker.process.poll() is None:
            self.scene.keep_ahead(AHEAD)
            if time.monotonic() > deadline:
                raise Stuck(f"no crash at {point}")
        code = worker.end()
        if code not in (-signal.SIGKILL, -signal.SIGALRM):
            raise Stuck(f"the worker ended with {code}, not at {point}")
        self.count(point)

    def stops(self, count):
        """Stops in order under load, each within its bound and with exit code 0."""
        for number in range(count):
            worker = self.start()
            self.progress(1, [worker])
            time.sleep(self.random.uniform(0, 0.6))
            begun = time.monotonic()
            worker.send(signal.SIGTERM)
            code = worker.end()
            took = time.monotonic() - begun
            if code != 0 or took > STOP_MAX:
                raise Stuck(f"a stop in order ended with {code} after {took:.1f} s")
            self.stopped.append(took)
            if number % 20 == 19:
                self.say(f"{number + 1} stops in order")

    def broker_kills(self, count, name):
        worker = self.start()
        for number in range(count):
            worker = self.progress_with_restarts(worker, 20, name)
            self.cluster.crash(
                self.random.randint(1, self.cluster.nodes), self.random.uniform(0.2, 3))
            self.count(name)
            worker = self.progress_with_restarts(worker, 1, name)
            self.say(f"{number + 1} kills of a {name}")
        self.end_in_order(worker)

    def progress_with_restarts(self, worker, more, name):
        """Waits for outcomes; a worker that gives up is started again, as services are."""
        wanted = self.scene.look() + more
        deadline = time.monotonic() + 240
        while not self.scene.await_outcomes(wanted, 60, [worker], AHEAD):
            if time.monotonic() > deadline:
                raise Stuck(f"{len(self.scene.done)} of {wanted} outcomes, a {name} killed")
            if worker.process.poll() is not None:
                self.exits.append(f"{name} killed: {worker.end()}")
                worker = self.start()
        return worker

    def groups(self, rounds):
        """Takeover by another worker, a zombie, and workers that join and leave."""
        for number in range(rounds):
            first, second = self.start("slot-1"), self.start("slot-2")
            self.progress(40, [first, second])
            first.kill()
            self.count("takeover")
            # More than what waits elsewhere: some of the dead one's partitions must be among it.
            self.progress(2 * AHEAD, [second])
            third = self.start("slot-3")
            self.progress(40, [second, third])
            # Longer than the session: its partitions go to the third, and it is a zombie.
            second.send(signal.SIGSTOP)
            self.count("zombie")
            time.sleep(self.random.uniform(6.5, 9))
            self.progress(2 * AHEAD, [third])
            second.send(signal.SIGCONT)
            self.progress(60, [third])
            self.end_in_order(second, "zombie")
            first = self.start("slot-1")
            self.progress(40, [first, third])
            self.end_in_order(first)
            self.end_in_order(third)
            self.say(f"{number + 1} rounds of takeover, zombie, joining and leaving")

    def poisoned(self, kills, count):
        """Studies that kill whoever reads them and bad events of every kind among the others, and
        kills at random times besides."""
        killers = poison.Killers(self.scene, self.random)
        bad = poison.bad_bodies(self.scene.images, self.random)
        self.killers = killers.ordered
        begun = sum(self.kills.values())
        try:
            while (done := sum(self.kills.values()) - begun) < kills \
                    or len(killers.ordered) < count:
                if done >= len(killers.ordered) * kills // count:
                    self.scene.send(self.random.randint(0, 40))
                    killers.event("SC_rgb.dcm", self.random.choice(PRIORITIES))
                    self.scene.send_body(self.random.choice(bad))
                self.one_life(self.random.uniform(0.5, 6))
            self.clear(len(self.scene.sent))
        finally:
            killers.end()
        self.say(f"{count} killers, whose deaths were {sorted(killers.deaths.values())}")

    def context(self, kills, each):
        """Kills at random times and at each point of a transaction, while results of the studies'
        patients come before and after them, are corrected and taken back."""
        self.scene.begin_results(6)
        self.random_kills(kills)
        self.point_kills(each)
        self.scene.send(0)
        worker = self.start()
        self.scene.await_outcomes(len(self.scene.sent), 600, [worker])
        self.scene.producer.flush(60)
        late.settle(self.scene, self.scene.topics[0])
        self.end_in_order(worker)
        self.say(f"{dict(self.scene.results.sent)} sent of patients")

    def mixed(self, rounds, old):
        """A group of the last release's workers and new ones, upgraded and rolled back one by one
        under load, with a kill of each kind in between."""
        for number in range(rounds):
            workers = {slot: self.run_as(slot, old) for slot in ("slot-1", "slot-2")}
            for program in (None, old):
                for slot in ("slot-1", "slot-2"):
                    self.progress(60, workers.values())
                    self.end_in_order(workers[slot], "upgrade" if program is None else "rollback")
                    workers[slot] = self.run_as(slot, program)
                    self.progress(60, workers.values())
                    workers["slot-1"].kill()
                    self.count("mixed")
                    is_new = program is None or slot == "slot-1"
                    workers["slot-1"] = self.run_as("slot-1", program if is_new else old)
            for worker in workers.values():
                self.end_in_order(worker)
            self.say(f"{number + 1} upgrades and returns, one worker after the other")

    def run_as(self, slot, program):
        """Starts a worker of another program; of the scene's when that is None."""
        worker = Worker(self.scene, slot, (), program)
        if not worker.ready():
            raise Stuck(f"{slot} of {program} did not get ready: {worker.process.poll()}")
        return worker

    def one_life(self, bound):
        """Lets a worker live until it is killed by what it reads, or from outside."""
        worker, deadline = Worker(self.scene, "slot-1"), time.monotonic() + bound
        ready = worker.ready()
        while worker.process.poll() is None and (not ready or time.monotonic() < deadline):
            self.scene.keep_ahead(AHEAD)
        if worker.process.poll() is None:
            worker.kill()
            self.count("random")
        else:
            self.count("poison")
            worker.end()

    def clear(self, count, bound=600):
        """Lets workers live as long as they do until so many events have outcomes."""
        deadline = time.monotonic() + bound
        while self.scene.look() < count:
            worker = Worker(self.scene, "slot-1")
            if self.scene.await_outcomes(count, max(1, deadline - time.monotonic()), [worker]):
                return self.end_in_order(worker)
            if worker.process.poll() is None:
                raise Stuck(f"{len(self.scene.done)} of {count} outcomes among poison")
            worker.end()
            self.count("poison")

    def finish(self):
        self.scene.send(max(0, self.share - len(self.scene.sent)))
        worker = self.start()
        if not self.scene.await_outcomes(len(self.scene.sent), 900, [worker]):
            print(f"chaos: {len(self.scene.done)} of {len(self.scene.sent)} outcomes at the end",
                  file=sys.stderr)
        self.end_in_order(worker)
        self.cluster.note_dropped()
        return self.scene.finish(self.cluster.dropped, self.killers)


def is_clean(verdict, plan):
    """Whether no promise is broken."""
    late_results = plan.scene.verdict or {}
    return audit.is_clean(verdict) and not any(late_results.get(name) for name in late.BROKEN)


def run(options, nodes, parts, share):
    """All parts that need a cluster of so many nodes; gives the verdict and the counts."""
    cluster = Cluster(options.kafka, nodes, options.tls)
    plan, keep = None, os.path.join(options.folder, "kafka")
    try:
        plan = Plan(options, cluster, options.seed, share)
        for part, job in {
            "random": lambda: plan.random_kills(options.kills),
            "points": lambda: plan.point_kills(options.points),
            "stops": lambda: plan.stops(options.stops),
            "broker": lambda: plan.broker_kills(options.broker_kills, "broker"),
            "groups": lambda: plan.groups(options.groups),
            "poison": lambda: plan.poisoned(options.poison_kills, options.killers),
            "context": lambda: plan.context(options.context_kills, options.context_points),
            "mixed": lambda: plan.mixed(options.mixed, options.old),
            "nodes": lambda: plan.broker_kills(options.node_kills, "node"),
        }.items():
            if part in parts:
                job()
        verdict = plan.finish()
        if is_clean(verdict, plan):
            keep = None
        return verdict, plan
    finally:
        if plan:
            plan.scene.end_workers()
        cluster.stop(keep)


def total(options, results):
    """One verdict of all clusters."""
    names = ["studies", "findings", "dead_letters", "lost", "repeated", "repeated_by_broker",
             "markers_left_out", "lowered", "killers", "not_quarantined",
             "condemned_without_guilt", "strangers", "without_their_energy", "joules_of_findings",
             "joules_of_records", "joules_low", "joules_high"]
    summary = {name: sum(verdict[name] for verdict, _ in results) for name in names}
    summary |= {name: sum(verdict.get(name, 0) for verdict, _ in results) for name in (
        "audit_logs", "audit_leaves", "audit_checkpoints", "audit_records", "audit_missing",
        "audit_strange", "audit_faults") if options.audit}
    summary |= energy.a_study(
        summary["joules_of_records"], summary["joules_low"], summary["joules_high"],
        summary["findings"], {each for verdict, _ in results for each in verdict["joules_methods"]})
    summary["kills"] = sum(sum(plan.kills.values()) for _, plan in results)
    for _, plan in results:
        for name, count in plan.kills.items():
            summary[f"kills_{name.replace('-', '_')}"] = count
        for name, count in (plan.scene.verdict or {}).items():
            summary[f"context_{name}"] = count
        if plan.scene.results:
            summary["context_sent"] = dict(plan.scene.results.sent)
    recoveries = sorted(sum((plan.recoveries for _, plan in results), []))
    if recoveries:
        summary["recovery_p50_s"] = round(recoveries[len(recoveries) // 2], 2)
        summary["recovery_p99_s"] = round(recoveries[len(recoveries) * 99 // 100], 2)
    stops = sorted(sum((plan.stopped for _, plan in results), []))
    summary["stops"] = len(stops)
    if stops:
        summary["stop_p99_s"] = round(stops[len(stops) * 99 // 100], 2)
    summary["exits"] = sorted({exit for _, plan in results for exit in plan.exits})
    summary["energy_equal"] = all(
        verdict["joules_of_findings"] == verdict["joules_of_records"] for verdict, _ in results)
    summary["seed"] = options.seed
    summary["examples"] = sum((
        verdict["examples"] + verdict.get("audit_examples", []) for verdict, _ in results), [])[:10]
    return summary


def read_options():
    parser = Parser(
        prog="chaos", description="See the head of Deploy/bench/chaos.")
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--studies", type=int, default=10_000, help="events at least")
    parser.add_argument("--kills", type=int, default=200, help="kill -9 of the worker at random")
    parser.add_argument(
        "--points", type=int, default=25, help="kills at each point of a transaction")
    parser.add_argument("--stops", type=int, default=50, help="stops in order, by SIGTERM")
    parser.add_argument("--broker-kills", type=int, default=20, help="kill -9 of the only broker")
    parser.add_argument(
        "--node-kills", type=int, default=20, help="kill -9 of one of three brokers")
    parser.add_argument("--groups", type=int, default=3, help="rounds of takeover, zombie, joining")
    parser.add_argument(
        "--poison-kills", type=int, default=150, help="kills with killing studies about")
    parser.add_argument("--killers", type=int, default=12, help="studies that nobody survives")
    parser.add_argument(
        "--context-kills", type=int, default=100, help="kills with late results about")
    parser.add_argument(
        "--context-points", type=int, default=3, help="of these at each point of a transaction")
    parser.add_argument("--old", help="vigil of the last release, for the part mixed")
    parser.add_argument("--mixed", type=int, default=2, help="upgrades and returns of a group")
    parser.add_argument("--seed", type=int, default=1, help="another order of faults")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of the plan")
    parser.add_argument(
        "--audit", action="store_true", help="keep audit logs, and hold them against the outcomes")
    parser.add_argument("--tls", action="store_true", help="TLS, passwords and access lists")
    parser.add_argument("--library", help="a folder with another librdkafka.so.1")
    parser.add_argument("--vigil", help="the program (.build/release/vigil)")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    found = parser.parse_args()
    found.cache = os.environ.get("VIGIL_CACHE", str(found.checkout / ".cache"))
    found.vigil = found.vigil or str(found.checkout / ".build/release/vigil")
    found.kafka = kafka_home(found.checkout)
    needs = {found.vigil: "swift build -c release", str(found.kafka / "kafka"): "VIGIL_KAFKA_HOME",
             f"{found.cache}/pydicom-data/data/SC_rgb.dcm": "Deploy/test"}
    for path, remedy in needs.items():
        if not os.path.exists(path):
            print(f"chaos: {path} is not there: see {remedy}", file=sys.stderr)
            sys.exit(EXIT_UNAVAILABLE)
    return found


def main():
    options = read_options()
    parts = options.only or [part for part in PARTS if part != "mixed" or options.old]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results, kept = [], tempfile.mkdtemp(prefix="vigil-chaos-")
    try:
        for nodes, names in ((1, PARTS[:6] + PARTS[7:8]), (1, PARTS[6:7]), (3, PARTS[8:])):
            wanted = [name for name in names if name in parts]
            if wanted:
                options.folder = os.path.join(kept, f"nodes-{nodes}-{wanted[0]}")
                os.makedirs(options.folder)
                share = options.studies * len(wanted) // len(parts)
                results.append(run(options, nodes, wanted, share))
    except Stuck as stuck:
        print(f"chaos: {stuck} (seed {options.seed}); the workers' logs are in {kept}",
              file=sys.stderr)
        sys.exit(1)
    summary = total(options, results)
    clean = all(is_clean(verdict, plan) for verdict, plan in results)
    for name, value in summary.items():
        print(f"{name:24} {value}")
    if clean:
        shutil.rmtree(kept, ignore_errors=True)
    else:
        print(f"chaos: a promise is broken (seed {options.seed}); the logs are in {kept}",
              file=sys.stderr)
    if options.json:
        print(json.dumps(summary))
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()

"""The measuring of `Deploy/bench/audit`."""

import argparse
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE.parents[1] / "lib", HERE.parents[1] / "audit", HERE.parent / "chaos.d"):
    sys.path.insert(0, str(folder))

from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: E402

from cluster import Cluster  # noqa: E402
from kafka import Kafka, kafka_home  # noqa: E402
from measuring import EXIT_UNAVAILABLE, Parser, positive  # noqa: E402
from scene import Scene, Worker  # noqa: E402
import audit as outcomes  # noqa: E402
import changes  # noqa: E402
import leaves  # noqa: E402
import verify  # noqa: E402

KINDS = ["flip", "delete", "swap", "truncate", "fork"]


def parse():
    parser = Parser(prog="audit", description="See the head of Deploy/bench/audit.")
    add = parser.add_argument
    add("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    add("--only", choices=["changes", "cost"], action="append", help="a part of the whole")
    add("--times", type=positive, default=10_000, help="changes in all (10,000)")
    add("--events", type=positive, default=240, help="events that the log tells of (240)")
    add("--studies", type=positive, default=400, help="studies of a measurement (400)")
    add("--rounds", type=positive, default=8, help="paired rounds (8)")
    add("--size", type=positive, default=256, help="rows and columns of the films (256)")
    add("--seed", type=positive, default=1)
    add("--vigil", help="the program (.build/release/vigil)")
    add("--json", action="store_true", help="end with one line of JSON")
    found = parser.parse_args()
    found.cache = os.environ["VIGIL_CACHE"]
    found.vigil = found.vigil or str(found.checkout / ".build/release/vigil")
    found.kafka = kafka_home(found.checkout)
    found.library, found.audit = None, True
    for path in (found.vigil, found.kafka / "kafka"):
        if not os.path.exists(path):
            print(f"audit: {path} is not there", file=sys.stderr)
            sys.exit(EXIT_UNAVAILABLE)
    return found


def command(options, *words):
    begun = time.monotonic()
    run = subprocess.run([options.vigil, *words], capture_output=True, text=True, timeout=600)
    if run.returncode:
        raise RuntimeError(f"{' '.join(words)}: {run.returncode}: {run.stderr[-400:]}")
    return run.stdout, time.monotonic() - begun


def written(options, scene):
    """Lets a worker write a log, with a kill and a stop in between."""
    for part in range(4):
        worker = Worker(scene, "slot-1")
        if not worker.ready():
            raise RuntimeError("the worker did not get ready")
        scene.send(options.events // 4 + 1)
        if not scene.await_outcomes(len(scene.sent) - (20 if part == 1 else 0), 300, [worker]):
            raise RuntimeError("outcomes are missing")
        if part == 1:
            worker.kill()
        else:
            worker.send(signal.SIGTERM)
            worker.end()


def export(options, scene):
    """Exports, verifies and proves, each by Vigil and by the verifier in Python."""
    folder, key = str(scene.folder / "export"), scene.audit_key + ".pub"
    topic = ["--bootstrap", scene.bootstrap, "--topic", leaves.TOPIC, "--key", key]
    said, took = command(options, "audit", "verify", *topic, "--json")
    result = {"verify_s": round(took, 2), "logs": [json.loads(line) for line in said.splitlines()]}
    command(options, "audit", "export", *topic, folder)
    again, _ = command(options, "audit", "verify", "--export", folder, "--key", key, "--json")
    result["export_good"] = all(json.loads(line)["good"] for line in again.splitlines())
    records = outcomes.read_all(scene.bootstrap, scene.topics[:1])
    record = random.Random(options.seed).choice(records)[2]
    finding = json.loads(record)["finding_id"]
    proof, _ = command(options, "audit", "prove", finding, "--export", folder, "--key", key)
    public = verify.Key(pathlib.Path(key).read_bytes())
    told, checkpoint = verify.verify_proof(proof.encode(), [public])
    result["proof_hashes"] = len(proof.split("\n\n")[0].split("\n")) - 3
    result["proved"] = told["finding_id"] == finding and checkpoint.size > told["index"]
    return result, next(iter(verify.logs_below(folder)))


def judge(files, key, held):
    try:
        verify.verify_log(files, [key], held)
        return False
    except verify.Broken:
        return True


def change(options):
    folder = tempfile.TemporaryDirectory(prefix="vigil-audit-")
    options.folder = folder.name
    cluster = Cluster(options.kafka, 1)
    scene = None
    try:
        scene = Scene(options, cluster, options.seed)
        written(options, scene)
        result, (name, files) = export(options, scene)
        key = verify.Key(pathlib.Path(scene.audit_key + ".pub").read_bytes())
        secret = load_pem_private_key(
            pathlib.Path(scene.audit_key + ".key").read_bytes(), None)
    finally:
        if scene:
            scene.end_workers()
        cluster.stop()
    attacker = changes.Attacker(files, key, secret.sign, random.Random(options.seed))
    held = [attacker.newest]
    result |= {
        "log": name, "leaves": attacker.newest.size, "checkpoints": len(attacker.notes),
        "writers_agree": changes.digest(files) == changes.digest(
            changes.files_of(attacker.leaves, attacker.notes)),
        "unchanged_is_good": not judge(files, key, held)}
    for kind in KINDS:
        tried = found = alone = 0
        begun = time.monotonic()
        while tried < options.times // len(KINDS):
            changed = getattr(attacker, kind)()
            if changed == files:
                continue
            tried += 1
            # What is found without a held checkpoint is found with one: it is but looked at more.
            is_found = judge(changed, key, [])
            alone += is_found
            found += is_found or judge(changed, key, held)
        result[kind] = {"tried": tried, "found": found, "found_without_held": alone}
        print(f"audit: {kind}: {found} of {tried} found, {alone} without a held checkpoint, "
              f"{time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    folder.cleanup()
    result["good"] = (
        result["writers_agree"] and result["unchanged_is_good"] and result["proved"]
        and result["export_good"] and all(log["good"] for log in result["logs"])
        and all(result[kind]["found"] == result[kind]["tried"] for kind in KINDS))
    return result


def interval(ratios, seed):
    """The mean ratio and a 95 % interval of it, by bootstrap over rounds."""
    draw = random.Random(seed)
    means = sorted(
        statistics.fmean(draw.choices(ratios, k=len(ratios))) for _ in range(10_000))
    return {"mean": statistics.fmean(ratios), "low": means[250], "high": means[9749],
            "rounds": len(ratios)}


def cost(options):
    with tempfile.TemporaryDirectory(prefix="vigil-audit-") as folder:
        broker = Kafka(options.kafka / "kafka")
        try:
            command(options, "key", "make", "--private", folder + "/a.key",
                    "--public", folder + "/a.pub")
            command(options, "model", "untrained", "--size", "tiny", folder + "/model")
            runs = {True: [], False: []}
            for number in range(options.rounds + 1):
                for logs in ((True, False) if number % 2 else (False, True)):
                    words = ["bench", "pipeline", "--bootstrap", broker.bootstrap, "--json",
                             "--model", folder + "/model", "--studies", str(options.studies),
                             "--size", str(options.size)]
                    if logs:
                        words += ["--set", f"topics.audit=audit-{number}",
                                  "--set", f"audit.key-file={folder}/a.key"]
                    said = json.loads(command(options, *words)[0].splitlines()[-1])
                    # The first round only warms up.
                    if number:
                        runs[logs].append(said)
                    print(f"audit: round {number}, log {logs}: "
                          f"{said['studies_per_second']:.2f} studies/s, "
                          f"{said['cpu_seconds_per_study'] * 1000:.2f} ms of processor a study",
                          file=sys.stderr, flush=True)
        finally:
            broker.stop()
    pairs = list(zip(runs[True], runs[False]))
    return {
        name: interval([a[name] / b[name] for a, b in pairs], options.seed) | {
            "with": statistics.median(a[name] for a, _ in pairs),
            "without": statistics.median(b[name] for _, b in pairs)}
        for name in ("studies_per_second", "cpu_seconds_per_study")}


def main():
    options = parse()
    parts = options.only or ["changes", "cost"]
    result = {}
    if "changes" in parts:
        result["changes"] = change(options)
    if "cost" in parts:
        result["cost"] = cost(options)
    print(json.dumps(result) if options.json else json.dumps(result, indent=2))
    sys.exit(0 if result.get("changes", {"good": True})["good"] else 1)


if __name__ == "__main__":
    main()

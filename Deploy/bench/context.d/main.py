"""The checks of `Deploy/bench/context`."""

import argparse
import json
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from measuring import EXIT_UNAVAILABLE, Parser, positive  # noqa: E402

OBSERVATIONS, PATIENTS = 1_000_000, 100_000
RATE_LEAST, MEGABYTES_MOST = 50_000, 512
# What `vigil tune --context` ends with where context gains nothing.
EXIT_OFF = 65


def parse():
    parser = Parser(prog="context", description=__doc__)
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--studies", type=positive, default=1500, help="synthetic films")
    parser.add_argument("--shuffles", type=positive, default=10)
    parser.add_argument("--seed", type=positive, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the studies")
    return parser.parse_args()


def run(command, *, fine=(0,), output=None):
    done = subprocess.run(
        [str(word) for word in command], stdout=output or subprocess.PIPE, text=True, timeout=3600
    )
    if done.returncode not in fine:
        sys.stderr.write(f"context: {command[0]} ended with {done.returncode}\n")
        sys.exit(EXIT_UNAVAILABLE)
    return done


def join(binaries, seed):
    """The figures of the program, and its greatest memory less that with one observation."""
    program = binaries / "VigilContextBench"
    run([program, 1, 1, seed])
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    joined = json.loads(run([program, OBSERVATIONS, PATIENTS, seed]).stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return joined | {"resident_mb": round((after - before) * 1024 / 1e6, 1)}


def studies(folder, binaries, checkout, arguments):
    """Synthetic films, and the small model's scores of them."""
    made, scores = folder / "studies", folder / "run.jsonl"
    model = checkout / "Deploy/models/vigil-mini"
    if not (made / "truth.csv").is_file():
        run([binaries / "vigil", "synth", "--out", made, "--count", arguments.studies,
             "--seed", arguments.seed, "--size", 256])
    if not scores.is_file():
        partial = folder / "run.partial"
        with partial.open("w") as file:
            run([binaries / "vigil", "infer", "--model", model, "--json", made / "dicom"],
                output=file)
        partial.rename(scores)
    return made, scores, model


def tune(binaries, made, scores, model, context, seed, out):
    """What each finding's context gained, and whether any is on."""
    done = run(
        [binaries / "vigil", "tune", "--model", model, "--truth", made / "truth.csv",
         "--run", scores, "--context", context, "--out", out, "--seed", seed, "--json"],
        fine=(0, EXIT_OFF))
    report = json.loads(done.stdout)
    is_on = done.returncode == 0
    assert is_on == out.is_file() == any(one["on"] for one in report["findings"])
    return is_on, report


def shuffle(source, target, seed):
    """Gives each patient's measurements to another."""
    bundles = [json.loads(line) for line in source.read_text().splitlines()]

    def measured(bundle):
        return [e for e in bundle["entry"] if e["resource"]["resourceType"] == "Observation"]

    numbers = [[e["resource"]["valueQuantity"] for e in measured(b)] for b in bundles]
    random.Random(seed).shuffle(numbers)
    for bundle, values in zip(bundles, numbers):
        for entry, value in zip(measured(bundle), values, strict=True):
            entry["resource"]["valueQuantity"] = value
    target.write_text("".join(json.dumps(bundle) + "\n" for bundle in bundles))


def main():
    arguments = parse()
    binaries = arguments.checkout / ".build/release"
    for name in ("vigil", "vigil-lab", "VigilContextBench"):
        if not (binaries / name).is_file():
            sys.stderr.write(f"context: {name} is not built: swift build -c release\n")
            sys.exit(EXIT_UNAVAILABLE)
    joined = join(binaries, arguments.seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        made, scores, model = studies(folder, binaries, arguments.checkout, arguments)
        planted, report = tune(
            binaries, made, scores, model, made / "fhir.ndjson", arguments.seed,
            pathlib.Path(scratch) / "planted.json")
        turned_on = 0
        for number in range(arguments.shuffles):
            context = pathlib.Path(scratch) / f"shuffled-{number}.ndjson"
            shuffle(made / "fhir.ndjson", context, arguments.seed + number)
            is_on, _ = tune(
                binaries, made, scores, model, context, arguments.seed,
                pathlib.Path(scratch) / f"shuffled-{number}.json")
            turned_on += is_on
    faults = []
    if joined["taken"] != OBSERVATIONS:
        faults.append("not every observation was taken")
    if joined["observations_per_second"] < RATE_LEAST:
        faults.append("joining is too slow")
    if joined["resident_mb"] > MEGABYTES_MOST:
        faults.append("the table is too large")
    if not planted:
        faults.append("planted values turn nothing on")
    if turned_on > 1 + arguments.shuffles // 20:
        faults.append("shuffled values turn context on")
    for one in report["findings"]:
        if "gain_interval" in one:
            low, high = one["gain_interval"]
            print(
                f"{one['code']:24} {one['positives']:5} of {one['studies']:5}  "
                f"{one['auroc_image']:.3f} -> {one['auroc_context']:.3f}  "
                f"[{low:+.3f}, {high:+.3f}]  {'on' if one['on'] else 'off'}")
    for fault in faults:
        sys.stderr.write(f"context: {fault}\n")
    print(json.dumps({"join": joined, "on": planted, "shuffles": arguments.shuffles,
                      "shuffled_on": turned_on, "faults": len(faults)}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

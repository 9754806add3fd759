"""The checks of `Deploy/bench/drift`."""

import argparse
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from measuring import EXIT_UNAVAILABLE, Parser, built, positive  # noqa: E402

LEVEL, ERRORS = 0.05, 1.6
FAMILIES = (400, 50, 500)
BEFORE, AFTER = 1000, 500


def parse():
    parser = Parser(prog="drift", description=__doc__)
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--streams", type=positive, default=10_000)
    parser.add_argument("--studies", type=positive, default=1_000_000, help="through one monitor")
    parser.add_argument("--seed", type=positive, default=1)
    parser.add_argument("--program", type=pathlib.Path, help="VigilDrift, built before")
    return parser.parse_args()


def ask(path, *words, text=""):
    run = subprocess.run([path, *map(str, words)], input=text, capture_output=True, text=True)
    if run.returncode != 0:
        sys.stderr.write(f"drift: {path} ended with {run.returncode}: {run.stderr}\n")
        sys.exit(EXIT_UNAVAILABLE)
    return json.loads(run.stdout)


def flat(path, studies):
    """What a monitor holds after studies, and the most memory of the program or of this one, in KB."""
    with subprocess.Popen([path, "flat", str(studies)], stdout=subprocess.PIPE, text=True) as child:
        told = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return {"steps": json.loads(told), "most_kb": usage.ru_maxrss}


def log_odds(share):
    share = min(1 - 2**-24, max(2**-24, share))
    return math.log(share / (1 - share))


def studies(vigil, model, folder, count, *words):
    """Scores of made studies' first frontal films, in order, each with its maker."""
    subprocess.run([vigil, "synth", "--out", folder, "--count", str(count), *words], check=True,
                   stdout=subprocess.DEVNULL)
    run = subprocess.run([vigil, "infer", "--model", model, "--json", folder / "dicom"], check=True,
                         capture_output=True, text=True)
    films = {}
    for line in map(json.loads, run.stdout.splitlines()):
        if "scores" in line:
            films.setdefault(int(pathlib.Path(line["file"]).parent.name), line)
    told = []
    for truth in map(json.loads, folder.joinpath("truth.jsonl").read_text().splitlines()):
        film = films.get(truth["number"])
        if film is None:
            continue
        scores = {f"prompts/{code}": log_odds(score) for code, score in film["scores"].items()}
        for head, codes in film["heads"].items():
            scores |= {f"{head}/{code}": log_odds(score) for code, score in codes.items()}
        scores["modality"] = ["CR", "DX"].index(truth["modality"])
        told.append((truth["vendor"][-1], scores))
    return told


def makers(options, program):
    """After how many studies of a new maker the first alarm is raised, and of what."""
    vigil = options.checkout / ".build/release/vigil"
    model = options.checkout / "Deploy/models/vigil-mini"
    work = pathlib.Path(tempfile.mkdtemp(prefix="vigil-drift-"))
    known = studies(vigil, model, work / "known", BEFORE + AFTER, "--seed", "101")
    new = studies(vigil, model, work / "new", 2 * AFTER, "--seed", "102", "--shifted")
    shutil.rmtree(work)
    after = {maker: [scores for name, scores in new if name == maker] for maker in "EF"}
    after["none"] = [scores for _, scores in known[BEFORE:]]
    told = {}
    for maker, those in after.items():
        lines = [json.dumps(s) for s in [scores for _, scores in known[:BEFORE]] + those[:AFTER]]
        alarms = ask(program, "scores", BEFORE, text="\n".join(lines))["alarms"]
        told[maker] = {"studies": len(those[:AFTER]), "alarms": alarms}
    return told


def fairness(options, program):
    """The greatest differences to Fairlearn's rates, and to intervals by their definition."""
    sys.path.insert(0, str(options.checkout / "Tests/QualityTests"))
    import make_vectors

    random = numpy.random.default_rng(options.seed)
    tables = [
        {f"g{group}": dict(zip(make_vectors.CELLS, map(int, random.integers(1, 90, 6))))
         for group in range(random.integers(2, 7))} for _ in range(200)]
    answers = ask(program, "fairness", text="\n".join(map(json.dumps, tables)))
    points, intervals = 0.0, 0.0
    for table, answer in zip(tables, answers, strict=True):
        for rate, theirs in make_vectors.rates(table).items():
            ours = answer[rate]
            points = max(
                points, abs(ours["overall"] - theirs["overall"]),
                abs(ours["widest"][0] - theirs["difference"]),
                *(abs(ours["by_group"][name] - theirs["by_group"][name]) for name in table))
            pairs = [(ours["from_others"][name], theirs["from_others"][name]) for name in table]
            for one, other in [*pairs, (ours["widest"], theirs["widest"])]:
                intervals = max(intervals, *(abs(a - b) for a, b in zip(one, other)))
    return {"tables": len(tables), "points": points, "intervals": intervals}


def main():
    options = parse()
    program = built("VigilDrift", options)
    built("vigil", argparse.Namespace(program=None, checkout=options.checkout))
    report = {
        "null": ask(program, "null", options.streams, 2000, options.seed),
        "families": ask(program, "families", *FAMILIES, options.seed),
        "shift": ask(program, "shift", 400, 1000, options.seed),
        "few": flat(program, options.studies // 100), "flat": flat(program, options.studies),
        "fairness": fairness(options, program), "makers": makers(options, program)}
    for name, value in report.items():
        print(f"{name:10}{json.dumps(value)}")
    families = report["families"]["alarmed"] / FAMILIES[0]
    few, many = report["few"], report["flat"]
    made = report["makers"]
    held = {
        "null": report["null"]["share"] <= LEVEL,
        "families": families <= LEVEL + ERRORS * math.sqrt(LEVEL * (1 - LEVEL) / FAMILIES[0]),
        "shift": all(row["found_within_500"] == 1 for row in report["shift"] if row["shift"] >= 0.5),
        "flat": many["steps"][-1]["state_bytes"] <= 2 * few["steps"][-1]["state_bytes"]
        and many["most_kb"] <= few["most_kb"] + 4096,
        "fairness": report["fairness"]["points"] <= 1e-12 and report["fairness"]["intervals"] <= 1e-9,
        "makers": all(made[maker]["alarms"] for maker in "EF") and not made["none"]["alarms"]}
    print(json.dumps({"held": held, **report}))
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

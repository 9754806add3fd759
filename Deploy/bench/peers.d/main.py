"""The measuring loop of `Deploy/bench/peers`: all engines in turn, several rounds."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from measuring import EXIT_UNAVAILABLE, EXIT_USAGE, Parser  # noqa: E402
import engines  # noqa: E402
import report  # noqa: E402
import tower  # noqa: E402

EXPORT_LIMIT = 900.0


def count(text):
    value = int(text)
    if not 1 <= value <= 1024:
        raise ValueError
    return value


def counts(text):
    """A list of positive numbers, as in `1,8`."""
    return [count(part) for part in text.split(",")]


def positive(text):
    value = float(text)
    if not 0 < value <= 3600:
        raise ValueError
    return value


def parse():
    parser = Parser(prog="peers", description="Vigil's engine against its peers, interleaved.")
    add = parser.add_argument
    add("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    add("--model", type=pathlib.Path, help="directory with config.json and model.safetensors "
        "(default: untrained ViT-B/16, made once by `vigil model untrained`)")  # fmt: skip
    add("--make-model", action="store_true",
        help="make the untrained model with transformers, not with vigil")  # fmt: skip
    add("--vigil", help="the vigil command (default: $VIGIL, .build/release/vigil, PATH)")
    add("--batch", type=counts, default=[8], help="batch sizes, such as 8 or 1,8")
    add("--threads", type=counts, default=[1], help="thread counts, such as 1 or 1,2")
    add("--precision", choices=["fp32", "int8"], help="only this precision")
    add("--rounds", type=count, default=5, help="rounds of all engines (default 5)")
    add("--seconds", type=positive, default=4.0, help="seconds per engine and round (default 4)")
    add("--limit", type=positive, default=2400.0,
        help="no new round begins after this many seconds (default 2400)")  # fmt: skip
    add("--first-core", type=int, help="first of the adjoining cores (default: the last ones)")
    add("--json", action="store_true", help="one line of JSON at the end")
    add("--parity", action="store_true", help="cosine to PyTorch fp32, and no speed")
    add("--images", type=pathlib.Path, action="append", default=[],
        help="with --parity: folders of PNG, JPEG or DICOM to add")  # fmt: skip
    arguments = parser.parse_args()
    arguments.cache = pathlib.Path(os.environ["VIGIL_CACHE"])
    return arguments


def say(text):
    print(f"peers: {text}", file=sys.stderr, flush=True)


def find_vigil(arguments):
    """The command, or None."""
    built = arguments.checkout / ".build/release/vigil"
    for candidate in (arguments.vigil, os.environ.get("VIGIL"), built, "vigil"):
        if candidate and (found := shutil.which(candidate)):
            return found
        if candidate and candidate == arguments.vigil:
            return None
    return None


def helper(*command):
    """A step of preparation in a process of its own, out of the way of other work."""
    try:
        done = subprocess.run(
            ["nice", "-n", "10", *map(str, command)], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=EXPORT_LIMIT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise engines.EngineAbsent(f"no end in {EXPORT_LIMIT:.0f} s") from None
    if done.returncode != 0:
        raise engines.EngineAbsent(engines.last_line(done.stderr))


def default_model(arguments, vigil):
    """The untrained model in the cache, made on first use by Vigil, or else by transformers."""
    by_vigil = vigil is not None and not arguments.make_model
    for maker in ["vigil", "transformers"] if by_vigil else ["transformers"]:
        directory = arguments.cache / "peers" / f"vit-b16-by-{maker}"
        if (directory / "model.safetensors").exists() and is_read(directory, vigil):
            return directory
        shutil.rmtree(directory, ignore_errors=True)
        partial = directory.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.parent.mkdir(parents=True, exist_ok=True)
        command = [vigil, "model", "untrained", "--size", "vit-b16", partial]
        if maker == "transformers":
            partial.mkdir()
            command = [sys.executable, "-W", "ignore", engines.HERE / "tower.py", "make", partial]
        say(f"making {directory} with {maker}")
        try:
            helper(*command)
            partial.rename(directory)
            return directory
        except (engines.EngineAbsent, OSError) as error:
            say(f"{maker} made no model: {error}")
    sys.exit(EXIT_UNAVAILABLE)


def is_read(directory, vigil):
    """Whether Vigil takes the cached model: one that an older Vigil made may be refused."""
    if vigil is None:
        return True
    try:
        helper(vigil, "model", "inspect", directory)
        return True
    except (engines.EngineAbsent, OSError) as error:
        say(f"making the cached model anew: {error}")
        return False


def exported(arguments, model):
    """The directory with the peers' forms of the model; they are made once."""
    directory = tower.export_directory(arguments.cache, model)
    if not tower.is_exported(directory):
        say("exporting the model to ONNX, fp32 and int8 (once, about a minute)")
        command = [sys.executable, "-W", "ignore", engines.HERE / "tower.py"]
        try:
            helper(*command, "export", model, directory)
        except engines.EngineAbsent as error:
            say(f"the export failed, so only PyTorch is left: {error}")
    return directory


def cores(arguments, threads):
    """Adjoining cores of those that this process may use."""
    allowed = sorted(os.sched_getaffinity(0))
    if threads > len(allowed):
        say(f"{threads} threads asked for, {len(allowed)} cores allowed")
        sys.exit(EXIT_USAGE)
    first = len(allowed) - threads
    if arguments.first_core is not None:
        first = allowed.index(arguments.first_core) if arguments.first_core in allowed else -1
    if first < 0 or first + threads > len(allowed):
        say(f"core {arguments.first_core} and {threads - 1} after it are not allowed here")
        sys.exit(EXIT_USAGE)
    return allowed[first : first + threads]


class Setup:
    """What engines start with."""

    def __init__(self, model, exports, batch, threads, on, scratch):
        self.model, self.exports, self.batch, self.threads = model, exports, batch, threads
        self.cores, self.scratch = on, pathlib.Path(scratch)


def attempt(result, action):
    """Runs a step of an engine; a failure makes it absent, and is told."""
    if result.absent:
        return
    try:
        action()
    except (engines.EngineAbsent, ValueError, KeyError, OSError) as error:
        result.absent = str(error)
        say(f"{result.engine.title} {result.engine.precision} is absent: {error}")


def measure(arguments, setup, vigil, deadline):
    """All rounds of one batch size and thread count. Each round begins with another engine."""
    chosen = [
        each
        for each in engines.all_engines(vigil)
        if arguments.precision in (None, each.precision)
    ]
    results = [report.Result(each) for each in chosen]
    try:
        for result in results:
            attempt(result, lambda: result.engine.start(setup))
        for number in range(arguments.rounds):
            if number and time.monotonic() > deadline:
                say(f"the time limit ends the run after {number} rounds")
                break
            say(f"batch {setup.batch}, threads {setup.threads}: round {number + 1}")
            turn = number % len(results)
            for result in results[turn:] + results[:turn]:
                attempt(result, lambda: result.run(arguments.seconds))
    finally:
        for result in results:
            result.engine.stop()
    return results


def speed(arguments, vigil, model):
    """Every setting, its table, and the exit code."""
    exports = exported(arguments, model)
    deadline, load = time.monotonic() + arguments.limit, report.load_average()
    records, there = [], False
    for threads in arguments.threads:
        for batch in arguments.batch:
            on = cores(arguments, threads)
            with tempfile.TemporaryDirectory() as scratch:
                setup = Setup(model, exports, batch, threads, on, scratch)
                results = measure(arguments, setup, vigil, deadline)
            there = there or any(each.engine.key == "vigil" and each.median for each in results)
            print(f"\n{heading(arguments, setup, results)}, load before {load:.2f}\n\n"
                  f"{report.table(results)}\n", flush=True)  # fmt: skip
            records.append({
                "batch": batch, "threads": threads, "ratios": report.ratios(results),
                "engines": [each.json(report.power_of(results)) for each in results],
            })  # fmt: skip
    if arguments.json:
        print(json.dumps(summary(arguments, records, load)), flush=True)
    if not there:
        say("Vigil is absent, so there is no ratio")
    return 0 if there else EXIT_UNAVAILABLE


def heading(arguments, setup, results):
    """What was measured, how, where and when."""
    plural = "s" if setup.threads > 1 else ""
    return (
        f"ViT-B/16, 224 px, batch {setup.batch}, {setup.threads} thread{plural}, "
        f"rounds: {rounds(results)} of {arguments.seconds:g} s, "
        f"on core{plural} {' and '.join(map(str, setup.cores))}\n"
        f"{report.processor()}, {report.date()}"
    )


def rounds(results):
    """How many rounds were run, which the time limit may have made fewer than asked for."""
    return max(len(each.rounds) for each in results)


def summary(arguments, records, load):
    """The last line: the ratios of batch 8 on one thread, or of the first setting measured."""
    wanted = [each for each in records if (each["batch"], each["threads"]) == (8, 1)]
    head = (wanted or records)[0]
    return {
        "ratios": head["ratios"], "batch": head["batch"], "threads": head["threads"],
        "rounds": arguments.rounds, "seconds": arguments.seconds, "date": report.date(),
        "processor": report.processor(), "load_before": load, "runs": records,
    }  # fmt: skip


def main():
    arguments = parse()
    vigil = find_vigil(arguments)
    if vigil is None:
        say("there is no vigil command (swift build -c release)")
    model = arguments.model or default_model(arguments, vigil)
    for name in ("config.json", "model.safetensors"):
        if not (model / name).exists():
            say(f"the model directory has no {name}")
            return EXIT_USAGE
    if arguments.parity:
        import parity

        return parity.run(arguments, vigil, model)
    return speed(arguments, vigil, model)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

"""The rounds of Deploy/bench/astra.

In each round Vigil has its turn (`vigil bench engine`: a warm-up and one volume in a process of its
own), then PyTorch with each layout, which keeps its model and has warmed up before the first round.
Processor time is that of all threads; other work on the machine disturbs it less than the clock.

The cosine is that of the real series' embedding by `vigil infer` in the measured precision with the
one that Tests/GoldenTests keeps of PyTorch in float32.
"""

import argparse
import array
import base64
import json
import math
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
import energy  # noqa: E402
from measuring import Parser  # noqa: E402

UNAVAILABLE = 69
SHAPE = (160, 224, 224)


def give_up(text):
    print(f"astra: {text}", file=sys.stderr)
    raise SystemExit(UNAVAILABLE)


def arguments():
    parser = Parser(prog="astra")
    parser.add_argument("--checkout", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", default="fp32", help="Vigil's: fp32, int8, bf16 or fp16")
    parser.add_argument("--series", type=pathlib.Path,
                        help="the folder of ct-body-j2k (beside the checkout, shared/data)")
    parser.add_argument("--layouts", default="channels_last_3d,contiguous",
                        help="PyTorch's memory layouts")
    return parser.parse_args()


def converted(vigil, cache):
    """The folder of the converted model, made on the first run."""
    folder, checkpoint = cache / "models/astra", cache / "astra/astra.pt"
    if not (folder / "config.json").exists():
        if not checkpoint.exists():
            give_up(f"{checkpoint} is not there; Deploy/test fetches it")
        subprocess.run([vigil, "model", "convert", checkpoint, folder, "--licence", "MIT"],
                       check=True, timeout=300, stdout=subprocess.DEVNULL)
    return folder


class Torch:
    def __init__(self, options, folder, layout):
        import torch
        from safetensors.torch import load_file
        sys.path.insert(0, str(options.checkout / "Tests/GoldenTests"))
        import i3d
        torch.set_num_threads(options.threads)
        self.torch = torch
        self.model = i3d.load(load_file(folder / "model.safetensors"))
        if layout != "contiguous":
            self.model = self.model.to(memory_format=getattr(torch, layout))
        self.volume = torch.rand(SHAPE, generator=torch.Generator().manual_seed(1))
        self.run()

    def run(self):
        """Seconds by the clock and of the processor."""
        start, used = time.monotonic(), time.process_time()
        with self.torch.inference_mode():
            self.model(self.volume)
        return time.monotonic() - start, time.process_time() - used


def run_vigil(vigil, folder, options):
    done = subprocess.run(
        [vigil, "bench", "engine", "--model", folder, "--threads", str(options.threads),
         "--precision", options.precision, "--seconds", "0", "--json"],
        check=True, timeout=600, capture_output=True)
    report = json.loads(done.stdout)
    return ((report["seconds"] / report["batches"],
             report["processor_seconds"] / report["batches"]), report)


def cosine(vigil, folder, options):
    """Of the real series' embedding with PyTorch's; None where the series is not there."""
    series = options.series or options.checkout.parent / "shared/data/ct-body-j2k"
    if not series.is_dir():
        return None
    done = subprocess.run(
        [vigil, "infer", "--model", folder, "--precision", options.precision, "--embedding", "--json",
         series], check=True, timeout=600, capture_output=True)
    found = json.loads(done.stdout)["embedding"]
    vectors = options.checkout / "Tests/GoldenTests/Vectors/astra-real.json"
    expected = array.array("f", base64.b64decode(json.loads(vectors.read_text())["embedding"]))
    lengths = [math.sqrt(sum(x * x for x in row)) for row in (found, expected)]
    return sum(a * b for a, b in zip(found, expected, strict=True)) / math.prod(lengths)


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown"


def main():
    options = arguments()
    cache = pathlib.Path(os.environ["VIGIL_CACHE"])
    vigil = options.checkout / ".build/release/vigil"
    if not vigil.exists():
        give_up("there is no release build: swift build -c release")
    folder = converted(vigil, cache)
    # Its peak of memory is asked for now: a child inherits the peak of the process that starts it.
    _, first = run_vigil(vigil, folder, options)
    peers = {f"PyTorch {layout}": Torch(options, folder, layout)
             for layout in options.layouts.split(",") if layout}
    times = {name: [] for name in [f"Vigil {options.precision}", *peers]}
    for _ in range(options.rounds):
        found, report = run_vigil(vigil, folder, options)
        times[f"Vigil {options.precision}"].append(found)
        for name, peer in peers.items():
            times[name].append(peer.run())
    own = times.pop(f"Vigil {options.precision}")
    print(f"{processor()}, {options.threads} threads, {report['instruction_set']}, "
          f"load {os.getloadavg()[0]:.1f}, {options.rounds} rounds")
    print("| engine | s a volume | processor s | J a volume | peak resident |\n"
          "| --- | ---: | ---: | ---: | ---: |")
    median, power = statistics.median, energy.Power(first)
    joules = lambda found: power.text(median(p for _, p in found))  # noqa: E731
    mib = first["peak_rss_bytes"] / 2**20
    print(f"| Vigil {options.precision} | {median(w for w, _ in own):.2f} | "
          f"{median(p for _, p in own):.2f} | {joules(own)} | {mib:.0f} MiB |")
    for name, found in times.items():
        print(f"| {name} | {median(w for w, _ in found):.2f} | "
              f"{median(p for _, p in found):.2f} | {joules(found)} | |")
        wall = median(b / a for (a, _), (b, _) in zip(own, found))
        work = median(b / a for (_, a), (_, b) in zip(own, found))
        print(f"{name} / Vigil: {wall:.2f} × by the clock, {work:.2f} × of processor time",
              file=sys.stderr)
    print(power.note())
    agreement = cosine(vigil, folder, options)
    if agreement is None:
        print("cosine with PyTorch on the real series: not measured, the series is not there")
    else:
        print(f"cosine with PyTorch on the real series: {agreement:.7f} "
              f"(1 - {max(0, 1 - agreement):.1e})")
    if not peers:
        return
    own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"PyTorch's process, {len(peers)} models: {own_peak:.0f} MiB")


if __name__ == "__main__":
    main()

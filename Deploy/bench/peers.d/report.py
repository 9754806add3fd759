"""Medians, ratios, the table and the JSON of a run."""

import datetime
import pathlib
import re
import statistics

PRECISIONS = ("fp32", "int8")
# The processor's flags that decide how fast these engines can be.
TELLING_FLAGS = {
    "avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_int8",
    "asimd", "asimddp", "i8mm", "bf16",
}  # fmt: skip


class Result:
    """What one engine did in one setting: images a second and processor seconds an image of each
    round, or why it is absent."""

    def __init__(self, engine):
        self.engine, self.rounds, self.processor, self.absent = engine, [], [], None

    def run(self, seconds):
        """One round."""
        rate, processor = self.engine.measure(seconds)
        self.rounds.append(rate)
        self.processor.append(processor)

    @property
    def median(self):
        return statistics.median(self.rounds) if self.rounds and not self.absent else None

    @property
    def processor_seconds(self):
        return statistics.median(self.processor)

    def json(self, power):
        engine = self.engine
        record = {"engine": engine.title, "precision": engine.precision}
        if self.absent:
            return record | {"absent": self.absent}
        return record | {
            "version": engine.version,
            "settings": engine.settings,
            "images_per_second": round(self.median, 3),
            "rounds": [round(rate, 3) for rate in self.rounds],
            "processor_seconds_per_image": round(self.processor_seconds, 4),
        } | (power.joules(self.processor_seconds) if power else {})


def ratio(ours, theirs):
    """Median of ours over theirs, round by round, so that a slow spell hits both sides."""
    pairs = list(zip(ours.rounds, theirs.rounds))
    if ours.median is None or theirs.median is None or not pairs:
        return None
    return statistics.median(mine / other for mine, other in pairs)


def best_peer(results, precision):
    """The peer with the highest median at a precision."""
    peers = [
        each
        for each in results
        if each.engine.precision == precision and each.engine.key != "vigil" and each.median
    ]
    return max(peers, key=lambda each: each.median, default=None)


def vigil_of(results, precision):
    """Vigil's own result at a precision."""
    for each in results:
        if each.engine.key == "vigil" and each.engine.precision == precision:
            return each
    return None


def power_of(results):
    """Watts of this machine's processors by Vigil, the same for all engines; None without Vigil."""
    return next((each.engine.power for each in results
                 if each.engine.key == "vigil" and each.engine.power), None)


def ratios(results):
    """Vigil over the best peer at each precision; null where either is absent."""
    found = {}
    for precision in PRECISIONS:
        vigil, best = vigil_of(results, precision), best_peer(results, precision)
        if vigil is None:
            continue
        value = ratio(vigil, best) if best else None
        found[precision] = None if value is None else round(value, 3)
    return found


def named(engine):
    """The engine with its version, without the build's details."""
    if engine.key == "vigil" or not engine.version:
        return engine.title
    number = re.match(r"[0-9.]*", engine.version)[0]
    name, comma, kind = engine.title.partition(",")
    return f"{name} {number}{comma}{kind}"


def row(result, results):
    """Cells of an engine in the table."""
    engine = result.engine
    if result.absent:
        return [engine.precision, engine.title, "absent", "", "", "", ""]
    low, high = min(result.rounds), max(result.rounds)
    power = power_of(results)
    joules = power.text(result.processor_seconds) if power else ""
    vigil = vigil_of(results, engine.precision)
    value = None
    if vigil and engine.key != "vigil":
        value = ratio(vigil, result)
    note = "best peer" if result is best_peer(results, engine.precision) else ""
    return [
        engine.precision, named(engine), f"{result.median:.2f}", f"{low:.2f}–{high:.2f}",
        joules, "" if value is None else f"{value:.2f}×", note,
    ]  # fmt: skip


def table(results):
    """A Markdown table that also reads well in a terminal."""
    rows = [["precision", "engine", "images/s", "lowest–highest", "J an image", "Vigil is", ""]]
    for precision in PRECISIONS:
        rows += [row(each, results) for each in results if each.engine.precision == precision]
    widths = [max(len(cells[column]) for cells in rows) for column in range(7)]
    right = {2, 3, 4, 5}
    lines = []
    for cells in rows:
        padded = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths))
        ]
        lines.append(f"| {' | '.join(padded)} |")
    rule = [
        "-" * (width - 1) + ":" if column in right and width > 1 else "-" * width
        for column, width in enumerate(widths)
    ]
    rule = [each or "-" for each in rule]
    lines.insert(1, f"| {' | '.join(rule)} |")
    power = power_of(results)
    lines += ["", power.note()] if power else []
    lines += ["", *absences(results)] if any(each.absent for each in results) else []
    return "\n".join(lines)


def absences(results):
    """Why engines are absent, one a line."""
    return [
        f"absent: {each.engine.title} {each.engine.precision}, {each.absent}"
        for each in results
        if each.absent
    ]


def processor():
    """The processor by name and by the numbers that tell its model where the name is masked."""
    fields = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    name = fields.get("model name") or fields.get("CPU implementer", "unknown processor")
    flags = (fields.get("flags") or fields.get("Features", "")).split()
    telling = sorted(TELLING_FLAGS.intersection(flags))
    wanted = {"cpu family": "family", "model": "model", "stepping": "stepping", "CPU part": "part"}
    numbers = [f"{word} {fields[key]}" for key, word in wanted.items() if key in fields]
    return f"{name} ({' '.join(numbers)}; {' '.join(telling)})"


def date():
    return datetime.datetime.now().astimezone().date().isoformat()


def load_average():
    """What else ran: the load of the last minute, before the run's own."""
    return float(pathlib.Path("/proc/loadavg").read_text().split()[0])

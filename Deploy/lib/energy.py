"""Joules of processor time, modelled alike for every program that spends it.

Watts of a busy logical processor come from `vigil bench engine --json` (`busy_watts`, its bounds and
source), which knows this machine's family of processors. They hold for vector code at the highest
clock, the processor's idle part included and memory left out, so that engines differ by nothing but the
processor time that they took.
"""

METHOD = "model"


class Power:
    """What a second of processor time costs here."""

    def __init__(self, report):
        """`report` is the JSON object of `vigil bench engine`."""
        self.low, self.watts, self.high = (
            float(report[name]) for name in ("busy_watts_low", "busy_watts", "busy_watts_high"))
        self.source = report["busy_watts_source"]

    def joules(self, processor_seconds):
        """A JSON object of energy with its method and interval."""
        return {
            "joules": round(processor_seconds * self.watts, 4),
            "joules_low": round(processor_seconds * self.low, 4),
            "joules_high": round(processor_seconds * self.high, 4),
            "joules_method": METHOD,
        }

    def text(self, processor_seconds):
        """For a cell of a table."""
        return interval(*(processor_seconds * each for each in (self.watts, self.low, self.high)))

    def note(self):
        """The line below a table that says how joules came about."""
        return (f"joules: {METHOD}, processor time at {self.watts:.2f} W "
                f"({self.low:.2f} to {self.high:.2f}) a busy processor, {self.source}")


def interval(value, low, high):
    """A value with its bounds, to three digits or so."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"

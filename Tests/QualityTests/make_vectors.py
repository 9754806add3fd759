"""Makes Vectors/fairness.json: studies of groups by answer and truth, what Fairlearn makes of them, and the intervals
of differences by their definition, whose single intervals a root finder takes from SciPy's binomial distribution.

Needs fairlearn 0.15.0, scikit-learn 1.9.1, numpy 2.4.6 and scipy 1.17.1:

    python3 make_vectors.py
"""

import itertools
import json
import math
import pathlib

import numpy as np
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from scipy import optimize, stats
from sklearn.metrics import precision_score

HERE = pathlib.Path(__file__).parent / "Vectors"
RANDOM = np.random.default_rng(23)
# Flagged and there, flagged and not, not flagged and not there, not flagged and there; answered
# without a truth, abstained.
CELLS = ("confirmed", "refuted", "cleared", "missed", "unspoken", "abstained")
METRICS = {"tpr": true_positive_rate, "fpr": false_positive_rate, "ppv": precision_score}


def mid_p(hits, count, confidence):
    """Clopper and Pearson's interval with half the probability of what was counted."""
    def below(share):
        return (stats.binom.cdf(hits - 1, count, share) + stats.binom.cdf(hits, count, share)) / 2

    def root(value):
        return optimize.brentq(lambda share: below(share) - value, 0, 1, xtol=1e-15, rtol=1e-14)

    tail = (1 - confidence) / 2
    return (0 if hits == 0 else root(1 - tail), 1 if hits == count else root(tail))


def difference(first, second, confidence):
    """Newcombe's squares and additions over both shares' intervals."""
    (one, other) = (first[0] / first[1], second[0] / second[1])
    (low, high), (low2, high2) = mid_p(*first, confidence), mid_p(*second, confidence)
    return [one - other, max(-1, one - other - math.hypot(one - low, high2 - other)),
            min(1, one - other + math.hypot(high - one, other - low2))]


def labels(groups):
    """Truth, answer and group of each study that has all three; whether each study was abstained from, and its group."""
    truth, answer, of, abstained, every = [], [], [], [], []
    for name, cells in groups.items():
        for cell, count in cells.items():
            every += [name] * count
            abstained += [int(cell == "abstained")] * count
            if cell in CELLS[:4]:
                of += [name] * count
                truth += [int(cell in ("confirmed", "missed"))] * count
                answer += [int(cell in ("confirmed", "refuted"))] * count
    return truth, answer, of, abstained, every


def rates(groups):
    truth, answer, of, abstained, every = labels(groups)
    frame = MetricFrame(metrics=METRICS, y_true=truth, y_pred=answer, sensitive_features=of)
    beside = MetricFrame(metrics={"abstention_rate": selection_rate}, y_true=abstained, y_pred=abstained,
                         sensitive_features=every)
    counted = {
        "tpr": lambda c: (c["confirmed"], c["confirmed"] + c["missed"]),
        "fpr": lambda c: (c["refuted"], c["refuted"] + c["cleared"]),
        "ppv": lambda c: (c["confirmed"], c["confirmed"] + c["refuted"]),
        "abstention_rate": lambda c: (c["abstained"], sum(c.values()))}
    told = {}
    for name, of_cells in counted.items():
        of_frame = beside if name == "abstention_rate" else frame
        counts = {group: of_cells(cells) for group, cells in groups.items()}
        total = tuple(map(sum, zip(*counts.values())))
        points = of_frame.by_group[name].to_dict()
        greatest, least = max(points, key=points.get), min(points, key=points.get)
        pairs = len(list(itertools.combinations(points, 2)))
        told[name] = {
            "by_group": points, "overall": float(of_frame.overall[name]),
            "difference": float(of_frame.difference(method="between_groups")[name]),
            "from_others": {
                group: difference(one, (total[0] - one[0], total[1] - one[1]), 0.95)
                for group, one in counts.items()},
            "widest": difference(counts[greatest], counts[least], 1 - 0.05 / pairs)}
    return told


def main():
    cases = []
    for size in (2, 2, 3, 5):
        groups = {
            f"g{index}": dict(zip(CELLS, (int(n) for n in RANDOM.integers(5, 60, len(CELLS)))))
            for index in range(size)}
        cases.append({"groups": groups, "rates": rates(groups)})
    # All flagged are right in one group, none abstains in the other.
    edge = {"g0": dict(zip(CELLS, (30, 0, 40, 12, 3, 9))), "g1": dict(zip(CELLS, (21, 8, 33, 0, 5, 0)))}
    cases.append({"groups": edge, "rates": rates(edge)})
    (HERE / "fairness.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()

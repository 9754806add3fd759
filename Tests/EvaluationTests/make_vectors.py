"""Makes Vectors/scikit-learn.json: scores and truths, and what scikit-learn makes of them; and Vectors/intervals.json:
what statsmodels and SciPy say of intervals, or the published definition, computed pair by pair or by a root finder.

Needs scikit-learn 1.9.1, numpy 2.4.6, scipy 1.17.1 and statsmodels 0.15.0:

    python3 make_vectors.py

The calibration error and DeLong's test, which scikit-learn does not have, are computed from their definitions: the
one over calibration_curve's bins, the other pair by pair.
"""

import json
import math
import pathlib

import numpy as np
from scipy import optimize, stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score, roc_curve
from statsmodels.stats.proportion import proportion_confint

HERE = pathlib.Path(__file__).parent / "Vectors"
RANDOM = np.random.default_rng(29)


def scores(truth, separation, digits):
    logits = RANDOM.normal(size=truth.size) + separation * (truth - 0.6)
    return np.round(1 / (1 + np.exp(-1.7 * logits)), digits)


def calibration_error(truth, score):
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], score)
    return sum(abs(truth[bins == b].sum() - score[bins == b].sum()) for b in range(10)) / truth.size


def at_threshold(truth, score, threshold):
    positive = score >= threshold
    tp, fp = (positive & (truth == 1)).sum(), (positive & (truth == 0)).sum()
    fn, tn = (~positive & (truth == 1)).sum(), (~positive & (truth == 0)).sum()
    return {"sensitivity": tp / (tp + fn), "specificity": tn / (tn + fp), "ppv": tp / (tp + fp),
            "npv": tn / (tn + fn)}


def at_specificity(truth, score, target):
    fpr, tpr, _ = roc_curve(truth, score, drop_intermediate=False)
    return tpr[1 - fpr >= target - 1e-12].max()


def at_sensitivity(truth, score, target):
    fpr, tpr, _ = roc_curve(truth, score, drop_intermediate=False)
    return 1 - fpr[tpr >= target - 1e-12].min()


def net_benefit(truth, score, threshold):
    positive = score >= threshold
    tp, fp = (positive & (truth == 1)).sum(), (positive & (truth == 0)).sum()
    return (tp - fp * threshold / (1 - threshold)) / truth.size


def delong(truth, first, second):
    def components(score):
        with_, without = score[truth == 1][:, None], score[truth == 0][None, :]
        kernel = (with_ > without) + 0.5 * (with_ == without)
        return kernel.mean(1), kernel.mean(0)
    (a10, a01), (b10, b01) = components(first), components(second)
    variance = np.var(a10 - b10, ddof=1) / a10.size + np.var(a01 - b01, ddof=1) / a01.size
    z = (a10.mean() - b10.mean()) / math.sqrt(variance)
    return {"first": a10.mean(), "second": b10.mean(), "standard_error": math.sqrt(variance), "z": z,
            "p": math.erfc(abs(z) / math.sqrt(2))}


def case(size, share, digits, weighted):
    truth = (RANDOM.random(size) < share).astype(int)
    truth[:2] = [0, 1]
    first, second = scores(truth, 1.6, digits), scores(truth, 1.2, digits)
    weights = RANDOM.integers(0, 4, size).astype(float) if weighted else np.ones(size)
    weights[:2] = 1
    frequency, mean = calibration_curve(truth, first, n_bins=10)
    fpr, tpr, _ = roc_curve(truth, first, drop_intermediate=False)
    return {
        "truth": truth.tolist(), "first": first.tolist(), "second": second.tolist(),
        "weights": weights.tolist(),
        "weighted": {
            "auroc": roc_auc_score(truth, first, sample_weight=weights),
            "average_precision": average_precision_score(truth, first, sample_weight=weights),
            "brier": brier_score_loss(truth, first, sample_weight=weights)},
        "auroc": roc_auc_score(truth, first),
        "average_precision": average_precision_score(truth, first),
        "brier": brier_score_loss(truth, first),
        "calibration_error": calibration_error(truth, first),
        "calibration": [frequency.tolist(), mean.tolist()],
        "roc": [fpr.tolist(), tpr.tolist()],
        "at_half": at_threshold(truth, first, 0.5),
        "sensitivity_at_specificity_0.9": at_specificity(truth, first, 0.9),
        "specificity_at_sensitivity_0.95": at_sensitivity(truth, first, 0.95),
        "youden": max(tpr - fpr),
        "net_benefit": [net_benefit(truth, first, t) for t in (0.05, 0.2, 0.5, 0.8)],
        "delong": delong(truth, first, second)}


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


cases = [case(60, 0.5, 1, False), case(200, 0.3, 2, True), case(500, 0.08, 6, True)]
HERE.mkdir(exist_ok=True)
text = ",\n".join(json.dumps(plain(c)) for c in cases)
(HERE / "scikit-learn.json").write_text(f"[{text}]\n")


def clopper_pearson(hits, count, confidence):
    if float(hits).is_integer() and float(count).is_integer():
        return list(proportion_confint(hits, count, 1 - confidence, method="beta"))
    tail = (1 - confidence) / 2
    low = stats.beta.ppf(tail, hits, count - hits + 1) if hits > 0 else 0
    high = stats.beta.ppf(1 - tail, hits + 1, count - hits) if hits < count else 1
    return [low, high]


def newcombe(area, positives, negatives, confidence):
    z, n = stats.norm.ppf((1 + confidence) / 2), (positives + negatives) / 2
    def refuted(t):
        v = t * (1 - t) * (1 + (n - 1) * (1 - t) / (2 - t) + (n - 1) * t / (1 + t)) / (positives * negatives)
        return (area - t) ** 2 - z * z * v
    low = 0 if area == 0 else optimize.brentq(refuted, 0, area - 1e-12, xtol=1e-15)
    high = 1 if area == 1 else optimize.brentq(refuted, area + 1e-12, 1, xtol=1e-15)
    return [low, high]


def clustered_delong(truth, score, patients):
    """Obuchowski 1997 from all pairs: area and standard error."""
    with_, without = np.flatnonzero(truth == 1), np.flatnonzero(truth == 0)
    kernel = (score[with_][:, None] > score[without]) + 0.5 * (score[with_][:, None] == score[without])
    area, ids = kernel.mean(), np.unique(patients)
    a = np.array([(kernel.mean(1) - area)[patients[with_] == i].sum() for i in ids])
    b = np.array([(kernel.mean(0) - area)[patients[without] == i].sum() for i in ids])
    m, n = with_.size, without.size
    i10, i01, i = len(set(patients[with_])), len(set(patients[without])), ids.size
    variance = (i10 / (i10 - 1) * (a ** 2).sum() / m ** 2 + i01 / (i01 - 1) * (b ** 2).sum() / n ** 2
                + 2 * i / (i - 1) * (a * b).sum() / (m * n))
    return area, math.sqrt(variance)


def area_case(size, share, clusters):
    truth = (RANDOM.random(size) < share).astype(int)
    truth[:4] = [0, 1, 0, 1]
    score = scores(truth, 1.0, 3)
    patients = np.arange(size) // clusters
    area, error = clustered_delong(truth, score, patients)
    logit, spread = math.log(area / (1 - area)), 1.959963984540054 * error / (area * (1 - area))
    return {"truth": truth.tolist(), "score": score.tolist(), "patients": patients.tolist(), "area": area,
            "error": error, "logit": [1 / (1 + math.exp(spread - logit)), 1 / (1 + math.exp(-spread - logit))]}


intervals = {
    "proportions": [
        {"hits": k, "count": n, "confidence": c, "interval": clopper_pearson(k, n, c)}
        for k, n, c in [(3, 3, 0.95), (0, 3, 0.95), (1, 1, 0.95), (1, 2, 0.95), (0, 1, 0.9), (9, 10, 0.95),
                        (81, 263, 0.95), (1995, 2000, 0.95), (2000, 2000, 0.95), (50_000, 100_000, 0.99), (1.5, 4.25, 0.95),
                        (0.01, 1, 0.95), (6.9, 7, 0.9)]],
    "newcombe": [
        {"area": a, "positives": m, "negatives": n, "interval": newcombe(a, m, n, 0.95)}
        for a, m, n in [(1, 3, 3), (0, 3, 3), (1, 1, 1), (0.5, 4, 6), (0.9, 20, 50), (0.999, 60, 1900), (1, 68, 1932)]],
    "areas": [area_case(80, 0.4, 1), area_case(200, 0.3, 2), area_case(300, 0.15, 3)]}
(HERE / "intervals.json").write_text(json.dumps(plain(intervals)) + "\n")

"""Makes Vectors/scikit-learn.json: scores and truths, and what scikit-learn makes of them.

Needs scikit-learn 1.9.1 and numpy 2.4.6:

    python3 make_vectors.py

The calibration error and DeLong's test, which scikit-learn does not have, are computed from their definitions: the
one over calibration_curve's bins, the other pair by pair.
"""

import json
import math
import pathlib

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score, roc_curve

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

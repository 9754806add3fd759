"""Makes Vectors/scikit-learn.json: embeddings, truths, and what scikit-learn fits to them.

Needs scikit-learn 1.9.1 and numpy 2.4.6:

    python3 make_vectors.py
"""

import json
import pathlib

import numpy as np
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).parent / "Vectors"
RANDOM = np.random.default_rng(31)
ROWS, WIDTH, SITES = 240, 12, 3


def fitted(x, truth, **options):
    model = LogisticRegression(tol=1e-10, max_iter=10_000, **options).fit(x, truth)
    return {"weights": model.coef_[0].tolist(), "bias": float(model.intercept_[0])}


def main():
    mean = RANDOM.normal(size=WIDTH)
    x = mean + 0.8 * RANDOM.normal(size=(ROWS, WIDTH))
    x = (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)
    site = RANDOM.integers(0, SITES, ROWS)
    logits = x @ RANDOM.normal(size=(WIDTH, 2)) * 4 + np.array([-1.0, 0.0]) + 0.8 * site[:, None]
    truth = (RANDOM.random((ROWS, 2)) < 1 / (1 + np.exp(-logits))).astype(int)
    rows = x.astype(float)
    with_sites = np.hstack([rows, np.eye(SITES)[site]])
    fits = []
    for label in range(2):
        y = truth[:, label]
        fits.append({
            "plain": fitted(rows, y), "weak": fitted(rows, y, C=100.0),
            "balanced": fitted(rows, y, C=0.5, class_weight="balanced"),
            "sites": fitted(with_sites, y)})
    scores = np.round(logits[:, 0] * 1.8 + 0.6 + RANDOM.normal(size=ROWS), 1)
    a, b = _sigmoid_calibration(scores, truth[:, 0])
    at = np.linspace(scores.min() - 1, scores.max() + 1, 41)
    steps = IsotonicRegression(out_of_bounds="clip").fit(scores, truth[:, 0])
    HERE.mkdir(exist_ok=True)
    vectors = {
        "embeddings": [[float(v) for v in row] for row in x], "sites": site.tolist(),
        "truth": truth.T.tolist(), "fits": fits, "scores": scores.tolist(),
        "platt": {"slope": -float(a), "intercept": -float(b)},
        "isotonic": {"at": at.tolist(), "probability": steps.predict(at).tolist()}}
    (HERE / "scikit-learn.json").write_text(json.dumps(vectors) + "\n")


main()

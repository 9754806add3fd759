"""Distances of `vigil domain` without shrinkage against pytorch-ood's, and its share against
scikit-learn's."""

import json
import subprocess

import numpy as np
import torch
import without_torchvision  # noqa: F401  isort: skip: before pytorch_ood
from pytorch_ood.detector import KNN, RMD, Mahalanobis
from sklearn.covariance import ledoit_wolf_shrinkage

NEIGHBOUR = 5
ROWS = 512


def lines(path, rows, name):
    with open(path, "w") as out:
        for place, row in enumerate(rows):
            json.dump({"file": f"{name}{place}.png", "embedding": [float(x) for x in row]}, out)
            out.write("\n")


def made(width):
    """Embeddings of two classes that vary differently by direction, and others."""
    random = np.random.default_rng(19)
    scale = np.geomspace(1, 0.05, width)
    classes = random.integers(0, 2, 1600)
    inside = random.normal(size=(1600, width)) * scale + 0.4 * classes[:, None]
    outside = random.normal(size=(300, width)) * scale[::-1] + 0.2
    return inside.astype(np.float32), classes, outside.astype(np.float32)


def theirs(fit, classes, rows):
    """pytorch-ood's distances with its scaling undone."""
    fit, rows = torch.tensor(fit).double(), torch.tensor(rows).double()
    count, out = len(fit), {}
    for name, labels in (("one", torch.zeros(count).long()), ("two", torch.tensor(classes))):
        half = Mahalanobis(None).fit_features(fit, labels).predict_features(rows)
        out[f"mahalanobis-domain {name}"] = (2 * count * half.numpy()) ** 0.5
    relative = RMD(None).fit_features(fit, torch.tensor(classes)).predict_features(rows)
    out["relative-mahalanobis-domain two"] = count * relative.numpy()
    nearest = KNN(None, k=NEIGHBOUR).fit_features(fit[:ROWS], torch.zeros(ROWS).long())
    out["nearest-neighbours-domain one"] = nearest.predict_features(rows).numpy()
    return out


def ours(vigil, model, work, inside, classes, outside, *options):
    lines(work / "inside.jsonl", inside, "in")
    lines(work / "outside.jsonl", outside, "out")
    table = ["file,class"] + [f"in{place}.png,c{name}" for place, name in enumerate(classes)]
    (work / "classes.csv").write_text("\n".join(table) + "\n")
    command = [
        vigil, "domain", "--model", model, "--inside", work / "inside.jsonl", "--outside",
        work / "outside.jsonl", "--out", work / "domain.safetensors", "--distances",
        work / "distances.jsonl", "--neighbour", str(NEIGHBOUR), "--rows", str(ROWS), *options,
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return [json.loads(line) for line in (work / "distances.jsonl").open()]


def compare(vigil, model, work, width=192):
    torch.set_default_dtype(torch.float64)
    inside, classes, outside = made(width)
    fitted, held = inside[::2], np.concatenate([inside[1::2], outside])
    expected = theirs(fitted, classes[::2], held)
    worst = {}
    for name, options in (
        ("one", []), ("two", ["--truth", work / "classes.csv", "--class", "class"]),
    ):  # fmt: skip
        trials = ours(
            vigil, model, work, inside, classes, outside, "--shrinkage", "none", *options)
        for trial in trials:
            key = f"{trial['kind']} {name}"
            if key not in expected:
                continue
            found = np.array(trial["inside"] + trial["outside"][0])
            size = np.maximum(1, np.abs(expected[key]))
            worst[key] = float(np.max(np.abs(found - expected[key]) / size))
    assert worst.keys() == expected.keys(), (worst.keys(), expected.keys())
    trial = ours(
        vigil, model, work, inside, classes, outside, "--shrinkage", "ledoit-wolf")[0]
    share = ledoit_wolf_shrinkage(fitted.astype(np.float64))
    worst["ledoit-wolf share"] = float(abs(share - trial["shrinkage"]))
    return worst

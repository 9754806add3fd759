"""`peers --parity`: how far Vigil's embeddings are from PyTorch's in fp32, for the same images."""

import json
import pathlib
import sys
import tempfile

import numpy

import engines
import images
import report
import tower

EXIT_MISSED, EXIT_UNAVAILABLE = 1, 69
# (mean, worst) cosine asked for at each precision. int8's are the project's goal for it; fp32's
# leaves room for another order of summation and nothing else.
THRESHOLDS = {"fp32": (0.99999, 0.99999), "int8": (0.999, 0.995)}
INFER_LIMIT = 300.0
REFERENCE_BATCH = 8


def collect(arguments, size):
    """[(name, grey)], synthetic and real, without two of the same pixels."""
    folders = arguments.images or [arguments.cache / "pydicom-data/data"]
    found = images.synthetic(size)
    for folder in folders:
        if pathlib.Path(folder).is_dir():
            found += images.real(folder, size)
    return list({grey.tobytes(): (name, grey) for name, grey in found}.values())


def reference(model, greys):
    """PyTorch's embeddings [N, D] of grey images, normalised as the model says."""
    import torch

    normalisation = tower.normalisation(model)
    mean, deviation = (numpy.float32(each).reshape(1, 3, 1, 1) for each in normalisation)
    network, found = tower.load(model), []
    for start in range(0, len(greys), REFERENCE_BATCH):
        chunk = numpy.stack(greys[start : start + REFERENCE_BATCH]).astype(numpy.float32) / 255
        pixels = (numpy.repeat(chunk[:, None], 3, axis=1) - mean) / deviation
        with torch.inference_mode():
            found.append(network(torch.from_numpy(pixels.astype(numpy.float32))).numpy())
    return numpy.concatenate(found).astype(numpy.float64)


def embeddings_in(value):
    """Every `embedding` array in a JSON value, in order."""
    if isinstance(value, dict):
        own = value.get("embedding")
        if isinstance(own, list) and own and isinstance(own[0], (int, float)):
            return [own]
        value = list(value.values())
    if isinstance(value, list):
        return [each for part in value for each in embeddings_in(part)]
    return []


def vigil_embeddings(command, model, precision, files):
    """Vigil's embeddings [N, D] of PNG files."""
    arguments = [command, "infer", "--model", model, "--precision", precision]
    text = engines.run_vigil([*arguments, "--embedding", "--json", *files], INFER_LIMIT)
    found = embeddings_in(engines.json_objects(text))
    if len(found) != len(files):
        raise engines.EngineAbsent(f"{len(found)} embeddings for {len(files)} files")
    return numpy.array(found, dtype=numpy.float64)


def cosines(left, right):
    """Cosine of each row with its counterpart."""
    if left.shape != right.shape:
        raise engines.EngineAbsent(f"embeddings of {left.shape[1]} values, not {right.shape[1]}")
    norms = numpy.linalg.norm(left, axis=1) * numpy.linalg.norm(right, axis=1)
    return (left * right).sum(axis=1) / norms


def between_images(embeddings):
    """Mean cosine between different images: how alike everything looks to this model."""
    unit = embeddings / numpy.linalg.norm(embeddings, axis=1, keepdims=True)
    similar, count = unit @ unit.T, len(unit)
    return float((similar.sum() - count) / (count * (count - 1)))


def judge(name, precision, values, names):
    """One row of the answer."""
    mean, worst = THRESHOLDS[precision]
    passed = bool(values.mean() >= mean and values.min() >= worst)
    return {
        "comparison": name, "mean": round(float(values.mean()), 7),
        "worst": round(float(values.min()), 7), "worst_image": names[int(values.argmin())],
        "wanted": {"mean": mean, "worst": worst}, "passed": passed,
    }  # fmt: skip


def compare(arguments, command, model, names, greys):
    """(rows, absences, similarity of different images) of every precision asked for."""
    expected = reference(model, greys)
    rows, absences = [], []
    with tempfile.TemporaryDirectory() as scratch:
        files = [pathlib.Path(scratch, f"{index:04}.png") for index in range(len(greys))]
        for file, grey in zip(files, greys):
            file.write_bytes(images.png(grey))
        for precision in report.PRECISIONS:
            if arguments.precision not in (None, precision):
                continue
            try:
                found = vigil_embeddings(command, model, precision, files)
                title = f"Vigil {precision} to PyTorch fp32"
                rows.append(judge(title, precision, cosines(found, expected), names))
            except engines.EngineAbsent as error:
                absences.append(f"Vigil {precision} is absent: {error}")
    return rows, absences, between_images(expected)


def run(arguments, command, model):
    """Prints the answer; the exit code says whether every precision passed."""
    if command is None:
        return EXIT_UNAVAILABLE
    chosen = collect(arguments, tower.image_size(model))
    names, greys = [name for name, _ in chosen], [grey for _, grey in chosen]
    rows, absences, alike = compare(arguments, command, model, names, greys)
    synthetic = sum(name.startswith(("noise-", "phantom-")) for name in names)
    print(f"\n{len(names)} images, {synthetic} of them synthetic; {report.processor()}, "
          f"{report.date()}\ncosine between different images, PyTorch: {alike:.6f}\n")  # fmt: skip
    for row in rows:
        print(f"{row['comparison']}: mean {row['mean']:.6f}, worst {row['worst']:.6f} "
              f"({row['worst_image']}), {'passed' if row['passed'] else 'missed'}")  # fmt: skip
    for absence in absences:
        print(f"peers: {absence}", file=sys.stderr)
    if arguments.json:
        print(json.dumps({"parity": rows, "images": len(names), "synthetic": synthetic,
                          "between_images": round(alike, 6), "absent": absences}))  # fmt: skip
    if absences:
        return EXIT_UNAVAILABLE
    return 0 if all(row["passed"] for row in rows) else EXIT_MISSED

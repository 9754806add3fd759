"""Makes Models/chexzero: a tiny CLIP in OpenAI's layout with random weights, and what PyTorch makes of a
picture with CheXzero's steps.

Needs torch 2.15.0, torchvision 0.29.2, transformers 5.23.0, pillow 13.0.0, numpy 2.4.6, and the tokenizer's files
of an untrained model:

    vigil model untrained --size tiny /tmp/untrained
    python3 make_chexzero.py /tmp/untrained

The picture is made here (film.png); CheXzero's steps are written down from its paper's code, and torchvision
does the rest: Lanczos to 320 in a black square, three channels of 0...255, Normalize, then a bicubic Resize of
floats without antialiasing, as torchvision did before 0.17.
"""

import collections
import json
import pathlib
import shutil
import sys

import numpy as np
import torch
from PIL import Image
from torchvision.transforms import Compose, InterpolationMode, Normalize, Resize
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

HERE = pathlib.Path(__file__).parent / "Models/chexzero"
FINDINGS = ["Pneumothorax", "Pleural Effusion", "No Finding"]
SIZES = dict(num_hidden_layers=2, hidden_size=64, intermediate_size=96, num_attention_heads=1,
             hidden_act="quick_gelu")


def film():
    """A grey picture of 500 x 411 pixels with edges, slopes and noise."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:411, 0:500]
    values = 90 + 60 * np.sin(x / 31) * np.cos(y / 47) + 40 * ((x // 50 + y // 60) % 2)
    values += rng.normal(0, 12, values.shape)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def fitted(image, side=320):
    ratio = float(side) / max(image.size)
    size = tuple(int(length * ratio) for length in image.size)
    square = Image.new("L", (side, side))
    square.paste(image.resize(size, Image.LANCZOS),
                 ((side - size[0]) // 2, (side - size[1]) // 2))
    return square


def preprocess(image, antialias=False):
    grey = np.asarray(fitted(image), dtype=np.float32)
    tensor = torch.from_numpy(np.repeat(grey[None], 3, axis=0))
    return Compose([
        Normalize((101.48761,) * 3, (83.43944,) * 3),
        Resize(224, interpolation=InterpolationMode.BICUBIC, antialias=antialias)])(tensor)


def open_ai(state):
    """The names and layouts of OpenAI's code."""
    out = collections.OrderedDict()
    for tower, prefix in (("text_model", ""), ("vision_model", "visual.")):
        for layer in range(2):
            old, new = f"{tower}.encoder.layers.{layer}.", f"{prefix}transformer.resblocks.{layer}."
            for kind in ("weight", "bias"):
                out[f"{new}attn.in_proj_{kind}"] = torch.cat(
                    [state[f"{old}self_attn.{part}_proj.{kind}"] for part in "qkv"])
                for a, b in (("self_attn.out_proj", "attn.out_proj"), ("layer_norm1", "ln_1"),
                             ("layer_norm2", "ln_2"), ("mlp.fc1", "mlp.c_fc"),
                             ("mlp.fc2", "mlp.c_proj")):
                    out[f"{new}{b}.{kind}"] = state[f"{old}{a}.{kind}"]
    for a, b in (("vision_model.pre_layrnorm", "visual.ln_pre"),
                 ("vision_model.post_layernorm", "visual.ln_post"),
                 ("text_model.final_layer_norm", "ln_final")):
        for kind in ("weight", "bias"):
            out[f"{b}.{kind}"] = state[f"{a}.{kind}"]
    for a, b in (("vision_model.embeddings.class_embedding", "visual.class_embedding"),
                 ("vision_model.embeddings.position_embedding.weight", "visual.positional_embedding"),
                 ("vision_model.embeddings.patch_embedding.weight", "visual.conv1.weight"),
                 ("text_model.embeddings.token_embedding.weight", "token_embedding.weight"),
                 ("text_model.embeddings.position_embedding.weight", "positional_embedding"),
                 ("logit_scale", "logit_scale")):
        out[b] = state[a]
    out["visual.proj"] = state["visual_projection.weight"].T.contiguous()
    out["text_projection"] = state["text_projection.weight"].T.contiguous()
    return out


def main(untrained):
    HERE.mkdir(parents=True, exist_ok=True)
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(untrained / name, HERE / name)
    tokenizer = CLIPTokenizer(str(HERE / "vocab.json"), str(HERE / "merges.txt"))
    config = CLIPConfig(
        projection_dim=32,
        vision_config={**SIZES, "image_size": 224, "patch_size": 32, "projection_dim": 32},
        text_config={**SIZES, "vocab_size": len(tokenizer), "max_position_embeddings": 24,
                     "eos_token_id": len(tokenizer) - 1, "projection_dim": 32})
    model = CLIPModel(config)
    generator = torch.Generator().manual_seed(20240614)
    state = {}
    for name, value in model.state_dict().items():
        noise = torch.randn(value.shape, generator=generator) * (0.05 if "patch" in name else 0.15)
        norm = ("norm" in name or "layrnorm" in name) and name.endswith("weight")
        state[name] = (noise + norm).half().float() if name != "logit_scale" else value.half().float()
    model.load_state_dict(state)
    torch.save(open_ai({k: v.half() for k, v in state.items()}), HERE / "model.pt")
    model = model.double().eval()
    image = film()
    image.save(HERE / "film.png")

    def unit(rows):
        return rows / rows.norm(dim=-1, keepdim=True)

    def text(prompt):
        ids = tokenizer(prompt, return_tensors="pt").input_ids
        return unit(model.get_text_features(ids).pooler_output[0])

    with torch.no_grad():
        pixels = preprocess(image)
        embedding = unit(model.get_image_features(pixels[None].double()).pooler_output[0])
        scores = {}
        for name in FINDINGS:
            pair = torch.stack([text(name) @ embedding, text(f"no {name}") @ embedding])
            scores[name.lower().replace(" ", "_")] = float(torch.softmax(pair, 0)[0])
    smooth = preprocess(image, antialias=True)
    picked = [(0, 0), (3, 200), (40, 17), (111, 112), (112, 5), (180, 223), (223, 223)]
    (HERE / "expected.json").write_text(json.dumps({
        "embedding": embedding.tolist(), "scores": scores,
        "places": picked, "tensor": [float(pixels[0, y, x]) for y, x in picked],
        "antialiased": [float(smooth[0, y, x]) for y, x in picked],
        "mean": float(pixels.double().mean()), "deviation": float(pixels.double().std())},
        indent=1) + "\n")


main(pathlib.Path(sys.argv[1]))

"""Makes Vectors/lora.json: losses and gradients of LoRA on the last layers, by PyTorch's autograd.

Needs torch 2.15.0, transformers 5.23.0, numpy 2.4.6, safetensors 0.8.0:

    python3 make_lora_vectors.py

Small models of seeded weights in double precision. Every matrix of the last two layers gets an addition of
rank 4, all start from seeded numbers, and a linear head of three labels is trained with them. Labels that are
unknown count nothing, and of one image each label counts half. Then five steps of Adam on all images.
"""

import json

import numpy as np
import torch
from torch import nn
from transformers import CLIPModel, Dinov2Config, SiglipConfig, SiglipModel

import make_adapter_vectors as adapters
import make_family_vectors as families
from make_vectors import HERE, SEED, numbers

RANK, SCALE, BLOCKS, LABELS, IMAGES = 4, 2.0, 2, 3, 5
# Of each label, image by image.
TRUTH = [[1, 0, None, 1, 0], [0, 0, 1, 1, 0], [1, None, None, 0, 1]]
SHARES = [1, 0.5, 1, 1, 1]


class Adapted(nn.Module):
    """A linear layer with an addition, or with some columns of one."""

    def __init__(self, base, down, up, columns):
        super().__init__()
        self.base, self.down, self.up, self.columns = base, [down], [up], columns

    def forward(self, x):
        return self.base(x) + SCALE * (x @ self.down[0].T) @ self.up[0][:, self.columns]


class Layout:
    """Cuts the seeded numbers into matrices in Vigil's order."""

    def __init__(self, name):
        self.name, self.parts, self.count = name, [], 0

    def take(self, *shape):
        count = int(np.prod(shape))
        self.parts.append((self.count, shape))
        self.count += count
        return len(self.parts) - 1

    def tensors(self):
        flat = numbers(f"lora.{self.name}", SEED, np.float32(0.2), self.count)
        return [torch.from_numpy(flat[start:start + int(np.prod(shape))].reshape(shape)).double()
                .requires_grad_() for start, shape in self.parts]


def adapt(layers, layout):
    """Where each linear layer goes; `layers` has, block by block, lists of (parent, name) that are stacked."""
    places = []
    for group in layers:
        linears = [getattr(parent, name) for parent, name, _ in group]
        shared = all(part for _, _, part in group)
        inputs = linears[0].in_features
        if shared:
            # One tensor in the file: one addition with the rows of both.
            down = layout.take(RANK, inputs)
            up = layout.take(RANK, sum(linear.out_features for linear in linears))
            row = 0
            for (parent, name, _), linear in zip(group, linears):
                places.append((parent, name, linear, down, up, slice(row, row + linear.out_features)))
                row += linear.out_features
        else:
            downs = [layout.take(RANK, inputs) for _ in linears]
            ups = [layout.take(RANK, linear.out_features) for linear in linears]
            for (parent, name, _), linear, down, up in zip(group, linears, downs, ups):
                places.append((parent, name, linear, down, up, slice(None)))
    return places


def run(name, groups, embed, inputs, width):
    layout = Layout(name)
    places = adapt(groups, layout)
    head, bias = layout.take(LABELS, width), layout.take(LABELS)
    tensors = layout.tensors()
    for parent, attribute, linear, down, up, rows in places:
        setattr(parent, attribute, Adapted(linear, tensors[down], tensors[up], rows))
    known = torch.tensor([[t is not None for t in row] for row in TRUTH]).double().T
    truth = torch.tensor([[t or 0 for t in row] for row in TRUTH]).double().T
    weights = known * torch.tensor(SHARES).double()[:, None] / (IMAGES * LABELS)

    def loss():
        logits = embed(inputs) @ tensors[head].T + tensors[bias]
        return nn.functional.binary_cross_entropy_with_logits(
            logits, truth, weight=weights, reduction="sum")

    first = loss()
    first.backward()
    gradient = torch.cat([t.grad.reshape(-1) for t in tensors])
    parts = [{"start": start, "length": float(t.grad.norm()),
              "some": t.grad.reshape(-1)[:: max(1, t.numel() // 7)].tolist()}
             for (start, _), t in zip(layout.parts, tensors)]
    optimizer = torch.optim.Adam(tensors, lr=0.01)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        losses.append(float(value))
    losses.append(float(loss()))
    return {"parameters": layout.count, "loss": float(first), "length": float(gradient.norm()),
            "parts": parts, "adam": losses}


def images(size):
    return torch.from_numpy(np.stack([
        numbers(f"study.{i}", SEED, np.float32(2.0), 3 * size * size).reshape(3, size, size)
        for i in range(IMAGES)])).double()


def clip():
    model = adapters.clip()
    groups = []
    for layer in model.vision_model.encoder.layers[-BLOCKS:]:
        attention, mlp = layer.self_attn, layer.mlp
        groups += [[(attention, f"{p}_proj", False) for p in "qkv"], [(attention, "out_proj", False)],
                   [(mlp, "fc1", False)], [(mlp, "fc2", False)]]

    def embed(x):
        return families.unit(model.get_image_features(x).pooler_output)
    return run("clip", groups, embed, images(40), 48)


def dinov2(name, **options):
    config = Dinov2Config(hidden_size=48, num_hidden_layers=3, num_attention_heads=4, image_size=56,
                          patch_size=14, **options)
    model_class, published = families.dinov2_names(config)
    model = families.loaded(model_class, config, published)
    groups = []
    for layer in model.encoder.layer[-BLOCKS:] if hasattr(model.encoder, "layer") else \
            model.encoder.layers[-BLOCKS:]:
        attention, mlp = layer.attention, layer.mlp
        groups += [[(attention, f"{p}_proj", False) for p in "qkv"], [(attention, "o_proj", False)]]
        if options.get("use_swiglu_ffn"):
            groups += [[(mlp, "gate_proj", True), (mlp, "up_proj", True)], [(mlp, "down_proj", False)]]
        else:
            groups += [[(mlp, "fc1", False)], [(mlp, "fc2", False)]]
    return run(name, groups, lambda x: model(x).pooler_output, images(56), 48)


def siglip():
    sizes = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4,
             "intermediate_size": 96}
    config = SiglipConfig(text_config={**sizes, "vocab_size": 100},
                          vision_config={**sizes, "image_size": 56, "patch_size": 14})
    model = families.loaded(SiglipModel, config, families.shapes(SiglipModel, config))
    groups = []
    for layer in model.vision_model.encoder.layers[-BLOCKS:]:
        attention, mlp = layer.self_attn, layer.mlp
        groups += [[(attention, f"{p}_proj", False) for p in "qkv"], [(attention, "out_proj", False)],
                   [(mlp, "fc1", False)], [(mlp, "fc2", False)]]
    return run("siglip", groups, lambda x: families.unit(model.vision_model(x).pooler_output),
               images(56), 48)


if __name__ == "__main__":
    vectors = {"clip": clip(), "dinov2": dinov2("dinov2"),
               "dinov2-swiglu": dinov2("dinov2-swiglu", use_swiglu_ffn=True), "siglip": siglip()}
    (HERE / "lora.json").write_text(json.dumps(vectors, indent=1) + "\n")

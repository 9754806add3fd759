"""Makes Vectors/adapters: a LoRA adapter, a linear probe and an MLP, and what PyTorch makes of them.

Needs torch 2.15.0, transformers 5.23.0, peft 0.21.2, accelerate 1.15.0, numpy 2.4.6, safetensors 0.8.0:

    python3 make_adapter_vectors.py

The model is a small CLIP and a small DINOv2 of seeded weights (make_vectors.py), in double precision. The
adapters are bound to no weights: their digest is 64 zeros, which the test replaces.
"""

import json
import pathlib
import shutil

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, Dinov2Config, Dinov2Model

import make_family_vectors as families
from make_vectors import HERE, SEED, numbers, packed, weights

OUT = HERE / "adapters"
BASE = "0" * 64
CLIP = CLIPConfig(
    projection_dim=48,
    vision_config={"hidden_size": 96, "num_hidden_layers": 3, "num_attention_heads": 3,
                   "intermediate_size": 200, "image_size": 40, "patch_size": 8,
                   "hidden_act": "quick_gelu", "projection_dim": 48},
    text_config={"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
                 "intermediate_size": 128, "vocab_size": 300, "max_position_embeddings": 20,
                 "hidden_act": "gelu", "eos_token_id": 2, "projection_dim": 48})
DINO = Dinov2Config(hidden_size=48, num_hidden_layers=3, num_attention_heads=4, image_size=56,
                    patch_size=14)


def clip():
    model = CLIPModel(CLIP)
    model.load_state_dict({k: weights(k, tuple(v.shape)) for k, v in model.state_dict().items()})
    return model.double().eval()


def lora(model, name, modules, **options):
    """Wraps a model with seeded adapters, saves them as PEFT does, and merges."""
    from peft import LoraConfig, get_peft_model
    wrapped = get_peft_model(model, LoraConfig(
        r=4, lora_alpha=8, target_modules=modules, **options))
    for key, value in wrapped.named_parameters():
        if "lora_" in key:
            count = value.numel()
            value.data = torch.from_numpy(
                numbers(key, SEED, np.float32(0.3), count).reshape(value.shape)).double()
    folder = OUT / name
    wrapped.to(torch.float32).save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    file = folder / "adapter_config.json"
    config = json.loads(file.read_text())
    config["vigil"] = {"base": BASE, "name": name}
    config["target_modules"] = sorted(config["target_modules"])
    file.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    return wrapped.double().merge_and_unload().eval()


def clip_embeddings(model, images, texts):
    def unit(rows):
        return rows / rows.norm(dim=-1, keepdim=True)
    image = model.get_image_features(images).pooler_output
    text = [model.get_text_features(torch.tensor([ids])).pooler_output[0] for ids in texts]
    return unit(image), unit(torch.stack(text))


def labels(codes):
    return json.dumps([{"code": c, "label": c.title(), "acuity": a, "threshold": t,
                        "calibration": {"slope": s, "intercept": i}} for c, a, t, s, i in codes])


def tensor(name, *shape, scale=1.0):
    return torch.from_numpy(
        numbers(name, SEED, np.float32(scale), int(np.prod(shape))).reshape(shape))


def probe(embeddings):
    weight, bias = tensor("probe.weight", 3, 48, scale=4.0), tensor("probe.bias", 3)
    save_file({"weight": weight, "bias": bias}, OUT / "probe.safetensors", metadata={
        "vigil.adapter": "1", "kind": "linear-probe", "base": BASE, "name": "probe",
        "labels": labels([("pneumothorax", "stat", 0.3, 1.0, 0.0), ("effusion", "urgent", 0.5, 0.5, 0.25),
                          ("nodule", "asap", 0.7, 2.0, -1.0)])})
    slope, intercept = torch.tensor([1.0, 0.5, 2.0]), torch.tensor([0.0, 0.25, -1.0])
    logits = (embeddings @ weight.double().T + bias) * slope + intercept
    return torch.sigmoid(logits)


def mlp(embeddings, activation, function):
    first, second = tensor("mlp.0", 16, 48, scale=2.0), tensor("mlp.1", 2, 16, scale=2.0)
    bias = tensor("mlp.0.bias", 16)
    save_file({"layers.0.weight": first, "layers.0.bias": bias, "layers.1.weight": second},
              OUT / f"mlp-{activation}.safetensors", metadata={
        "vigil.adapter": "1", "kind": "mlp-head", "base": BASE, "name": f"mlp-{activation}",
        "activation": activation, "output": "softmax",
        "labels": labels([("normal", "routine", 0.5, 1.0, 0.0), ("abnormal", "urgent", 0.5, 1.0, 0.0)])})
    hidden = function(embeddings @ first.double().T + bias)
    return torch.softmax(hidden @ second.double().T, -1)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    images = torch.from_numpy(np.stack([
        numbers(f"study.{i}", SEED, np.float32(2.0), 3 * 40 * 40).reshape(3, 40, 40)
        for i in range(3)])).double()
    texts = [[298, 5, 17, 120, 299], [298, 3, 3, 3, 8, 299]]
    plain, _ = clip_embeddings(clip(), images, texts)
    image, text = clip_embeddings(
        lora(clip(), "lora-clip", ["q_proj", "v_proj", "fc1"]), images, texts)
    gelu = torch.nn.functional.gelu
    activations = {"relu": torch.relu, "gelu": gelu,
                   "gelu_tanh": lambda x: gelu(x, approximate="tanh"),
                   "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x)}
    vectors = {
        "plain": [packed(row.numpy()) for row in plain],
        "image": [packed(row.numpy()) for row in image],
        "text": [packed(row.numpy()) for row in text],
        "probe": probe(plain).tolist(),
        "mlp": {name: mlp(plain, name, function).tolist() for name, function in activations.items()},
    }
    model_class, published = families.dinov2_names(DINO)
    dino = lora(families.loaded(model_class, DINO, published), "lora-dinov2",
                ["q_proj", "value", "v_proj", "query", "fc2"], use_rslora=True)
    inputs = torch.from_numpy(
        numbers("study.0", SEED, np.float32(2.0), 3 * 56 * 56).reshape(1, 3, 56, 56)).double()
    vectors["dinov2"] = [packed(dino(inputs).pooler_output[0].numpy())]
    (HERE / "adapters.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    with torch.no_grad():
        main()

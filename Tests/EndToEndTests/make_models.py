"""Makes the folders of Models: tiny models with random weights, as their authors would publish them.

Needs torch 2.15.0, transformers 5.23.0, safetensors 0.8.0:

    python3 make_models.py
"""

import collections
import json
import pathlib
import tempfile

import torch
from safetensors.torch import load_file
from transformers import (
    BertConfig, BertModel, Dinov2Config, Dinov2Model, SiglipConfig, SiglipModel,
)

HERE = pathlib.Path(__file__).parent / "Models"
SIZES = dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=1)


def write(name, model, files, legacy=False):
    """The names are those of published files, which save_pretrained gives and state_dict does not."""
    folder = HERE / name
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as saved:
        model.save_pretrained(saved)
        tensors = load_file(f"{saved}/model.safetensors")
        config = (pathlib.Path(saved) / "config.json").read_text()
    generator = torch.Generator().manual_seed(20240614)
    state = collections.OrderedDict()
    for key in sorted(tensors):
        noise = torch.randn(tensors[key].shape, generator=generator) * 0.1
        state[key] = (noise + ("norm" in key.lower() and key.endswith("weight"))).half()
    torch.save(
        state, folder / "pytorch_model.bin", _use_new_zipfile_serialization=not legacy)
    (folder / "config.json").write_text(config)
    for file, text in files.items():
        (folder / file).write_text(text)


def processor(kind, **fields):
    return json.dumps({"image_processor_type": kind, **fields}, indent=1) + "\n"


def main():
    write("dinov2", Dinov2Model(Dinov2Config(patch_size=8, image_size=32, **SIZES)), {
        "preprocessor_config.json": processor(
            "BitImageProcessor", size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32},
            image_mean=[0.5307] * 3, image_std=[0.2583] * 3)})
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ",", ".", ":", "chest", "small", "right",
             "no", "effusion", "pleural", "frontal", "view"]
    bert = BertConfig(
        vocab_size=64, intermediate_size=64, max_position_embeddings=64, **SIZES)
    write("bert", BertModel(bert, add_pooling_layer=False), {
        "vocab.txt": "\n".join(words) + "\n",
        "tokenizer_config.json": '{"do_lower_case": true, "tokenizer_class": "BertTokenizer"}\n',
    }, legacy=True)
    text = dict(vocab_size=64, intermediate_size=64, max_position_embeddings=16, pad_token_id=1,
                bos_token_id=2, eos_token_id=3, projection_size=32, **SIZES)
    vision = dict(image_size=32, patch_size=8, intermediate_size=64, **SIZES)
    write("siglip", SiglipModel(SiglipConfig(text_config=text, vision_config=vision)), {
        "preprocessor_config.json": processor(
            "SiglipImageProcessor", size={"height": 32, "width": 32})})


main()

"""Makes Vectors/evidence.json: shares of patches and named terms of logits, summed by PyTorch.

Needs torch 2.13.0, torchvision 0.28.0, transformers 5.23.0, timm 1.0.31, open_clip_torch 3.3.0, numpy 2.4.6,
safetensors 0.8.0:

    python3 make_evidence_vectors.py

Small models of seeded weights (make_vectors.py) in double precision. Of the last layers, each token's share of
a logit is its attention weight times its value, through the output matrix, the last norm as it came out, the
projection and the embedding's length. Forward hooks see what modules take in and give; nothing of the engine's
own way of computing is used. The sum over all is asserted to be the logit that the whole model gives.
"""

import json

import numpy as np
import torch

import make_family_vectors as families  # before transformers, which imports torchvision
import make_adapter_vectors as adapters
import make_convolution_vectors as convolution
from make_vectors import HERE, SEED, numbers

LAYERS, IMAGES, SCALE, BIAS = 6, 3, 14.0, 0.25


from transformers import Dinov2Config, SiglipConfig, SiglipModel  # noqa: E402


def images(size):
    return torch.from_numpy(np.stack([
        numbers(f"study.{i}", SEED, np.float32(2.0), 3 * size * size).reshape(3, size, size)
        for i in range(IMAGES)])).double()


def direction(width):
    return SCALE * torch.from_numpy(numbers("evidence.direction", SEED, np.float32(1.0), width)).double()


class Tap:
    """Keeps what a module took in and gave, each time."""

    def __init__(self, module):
        self.seen = []
        module.register_forward_hook(
            lambda _, args, kwargs, out: self.seen.append(
                (args[0] if args else kwargs["hidden_states"], out[0] if isinstance(out, tuple) else out)),
            with_kwargs=True)


def token_shares(x, query, key, value, heads, output, functional):
    """Each token's part of functional(output(attention)), of one image: x is [tokens, width]."""
    q, k, v = query, key(x), value(x)
    width = v.shape[1] // heads
    back = functional @ output.weight
    shares = torch.zeros(len(x), dtype=torch.float64)
    for head in range(heads):
        columns = slice(head * width, (head + 1) * width)
        weights = torch.softmax(k[:, columns] @ q[columns] / width**0.5, 0)
        shares += weights * (v[:, columns] @ back[columns])
    return shares


def through_norm(norm, pooled, back):
    """A direction behind a norm, before it, with the norm's mean and deviation held; and its constant."""
    deviation = (pooled.var(unbiased=False) + norm.eps).sqrt()
    scaled = back * norm.weight
    return (scaled - scaled.mean()) / deviation, back @ norm.bias


def explained(layers, start, norm, project, is_unit, taps, image, lead, logit):
    """Shares and terms of a stack of layers whose first token is the embedding."""
    streams = [start[image]] + [tap.seen[0][1][image] for tap in taps["layers"]]
    pooled = streams[-1][0]
    wanted = direction(project.shape[0])
    functional, constant = through_norm(norm, pooled, wanted @ project)
    length = 1.0
    if is_unit:
        length = (project @ norm(pooled)).norm()
    functional, constant = functional / length, constant / length
    first = max(0, len(layers) - LAYERS)
    shares = torch.zeros(streams[0].shape[0], dtype=torch.float64)
    bias = feed = 0.0
    for index in range(first, len(layers)):
        layer = layers[index]
        x = layer["norm"](streams[index])
        part = token_shares(x, layer["query"](x)[0], layer["key"], layer["value"], layer["heads"],
                            layer["output"], functional * layer["scale"])
        shares += part
        bias += (functional * layer["scale"]) @ layer["output"].bias
        attention = part.sum() + (functional * layer["scale"]) @ layer["output"].bias
        feed += functional @ (streams[index + 1][0] - streams[index][0]) - attention
    terms = {
        "class_token": functional @ streams[0][0],
        "earlier_layers": functional @ (streams[first][0] - streams[0][0]),
        "leading_tokens": shares[:lead].sum(), "attention_bias": bias, "feed_forward": feed,
        "head_bias": constant, "logit_bias": torch.tensor(BIAS, dtype=torch.float64),
    }
    return finish(shares[lead:], terms, logit)


def finish(shares, terms, logit):
    terms = {name: float(value) for name, value in terms.items()}
    assert abs(float(shares.sum()) + sum(terms.values()) - float(logit)) < 1e-9, (shares.sum(), terms, logit)
    return {"logit": float(logit), "shares": [float(s) for s in shares], "terms": terms}


def logits(embeddings):
    return embeddings @ direction(embeddings.shape[1]) + BIAS


def clip():
    model = adapters.clip()
    vision = model.vision_model
    taps = {"layers": [Tap(layer) for layer in vision.encoder.layers]}
    start = Tap(vision.pre_layrnorm)
    found = logits(families.unit(model.get_image_features(images(40)).pooler_output))
    layers = [{"norm": l.layer_norm1, "query": l.self_attn.q_proj, "key": l.self_attn.k_proj,
               "value": l.self_attn.v_proj, "output": l.self_attn.out_proj, "scale": 1.0,
               "heads": l.self_attn.num_heads} for l in vision.encoder.layers]
    return [explained(layers, start.seen[0][1], vision.post_layernorm, model.visual_projection.weight, True,
                      taps, i, 1, found[i]) for i in range(IMAGES)]


def dinov2(**options):
    config = Dinov2Config(hidden_size=48, num_hidden_layers=6, num_attention_heads=4, image_size=56,
                          patch_size=14, **options)
    model_class, published = families.dinov2_names(config)
    model = families.loaded(model_class, config, published)
    stack = model.encoder.layer if hasattr(model, "encoder") else model.layers
    taps = {"layers": [Tap(layer) for layer in stack]}
    start = Tap(model.embeddings)
    found = logits(model(images(56)).pooler_output)
    layers = []
    for l in stack:
        parts = dict(l.named_modules())
        pick = lambda *names: next(m for n, m in parts.items() if n.endswith(names))  # noqa: E731
        layers.append({"norm": l.norm1, "query": pick("q_proj", ".query"), "key": pick("k_proj", ".key"),
                       "value": pick("v_proj", ".value"), "output": pick("o_proj", "output.dense"),
                       "scale": l.layer_scale1.lambda1, "heads": 4})
    return [explained(layers, start.seen[0][1], model.layernorm, torch.eye(48, dtype=torch.float64), False,
                      taps, i, 1, found[i]) for i in range(IMAGES)]


def siglip():
    """Attention pooling: the pooled token's shares of the one attention that pools."""
    config = SiglipConfig(vision_config={
        "hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 100,
        "image_size": 48, "patch_size": 16, "hidden_act": "gelu_pytorch_tanh"}, text_config={
        "hidden_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 64,
        "vocab_size": 64, "max_position_embeddings": 8})
    model = SiglipModel(config)
    model.load_state_dict({k: families.weights(k, tuple(v.shape)) for k, v in model.state_dict().items()})
    model = model.double().eval()
    vision = model.vision_model
    head = vision.head
    tap = Tap(vision.post_layernorm)
    pooled = model.get_image_features(images(48)).pooler_output
    found = logits(families.unit(pooled))
    weight, bias = head.attention.in_proj_weight, head.attention.in_proj_bias
    width = 48
    out = []
    for i in range(IMAGES):
        x = tap.seen[0][1][i]
        functional = direction(width) / pooled[i].norm()
        query = head.probe[0, 0] @ weight[:width].T + bias[:width]
        shares = token_shares(
            x, query, lambda x: x @ weight[width:2 * width].T + bias[width:2 * width],
            lambda x: x @ weight[2 * width:].T + bias[2 * width:], head.attention.num_heads,
            head.attention.out_proj, functional)
        output = functional @ head.attention.out_proj.bias
        terms = {"leading_tokens": 0.0, "attention_bias": output,
                 "feed_forward": functional @ pooled[i] - shares.sum() - output, "head_bias": 0.0,
                 "logit_bias": BIAS}
        out.append(finish(shares, terms, found[i]))
    return out


def biomedclip():
    """timm's tiny ViT under OpenCLIP's head, as BiomedCLIP has the base one."""
    from open_clip.timm_model import TimmModel
    vision = TimmModel("vit_tiny_patch16_224", 512, pool="", proj="linear")
    vision.load_state_dict({k: families.weights("visual." + k, tuple(v.shape))
                            for k, v in vision.state_dict().items()})
    vision = vision.double().eval()
    trunk = vision.trunk
    taps = {"layers": [Tap(block) for block in trunk.blocks]}
    start = Tap(trunk.norm_pre)
    found = logits(families.unit(vision(images(224)[:1])))
    layers = []
    for block in trunk.blocks:
        weight, bias = block.attn.qkv.weight.chunk(3), block.attn.qkv.bias.chunk(3)
        query, key, value = [lambda x, w=w, b=b: x @ w.T + b for w, b in zip(weight, bias)]
        layers.append({"norm": block.norm1, "query": query, "key": key, "value": value,
                       "output": block.attn.proj, "scale": 1.0, "heads": block.attn.num_heads})
    return [explained(layers, start.seen[0][1], trunk.norm, vision.head.proj.weight, True, taps, 0, 1, found[0])]


def densenet():
    """Class activation: each position's features times the label's row, over the number of positions."""
    import torchvision
    model = torchvision.models.densenet121(num_classes=18)
    model.features.conv0 = torch.nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)
    model = convolution.seeded(model)
    image = torch.from_numpy(numbers("xray.0", SEED, np.float32(2.0), 224 * 224)).double()
    features = torch.relu(model.features(image.reshape(1, 1, 224, 224)))[0]
    shares = (model.classifier.weight[3] @ features.flatten(1)) / features[0].numel()
    logit = model.classifier(features.mean((1, 2)))[3]
    return [finish(shares, {"logit_bias": model.classifier.bias[3]}, logit)]


def i3d():
    """Class activation over space: a label's row times each position's features, over their number."""
    model = convolution.seeded(convolution.i3d.I3DResNet(depths=(1, 2), channels=16))
    volume = torch.from_numpy(numbers("volume", SEED, np.float32(1.0), 42 * 30 * 22)).double()
    features = list(model.states(volume.reshape(42, 30, 22)))[-1][0]
    row = convolution.weights("classifier.weight", (5, len(features), 1, 1, 1)).double()[3].flatten()
    bias = convolution.weights("classifier.bias", (5,)).double()[3]
    shares = (row @ features.flatten(1)) / features[0].numel()
    return [finish(shares, {"logit_bias": bias}, row @ features.mean((1, 2, 3)) + bias)]


def main():
    vectors = {"scale": SCALE, "bias": BIAS, "clip": clip(), "dinov2": dinov2(), "siglip": siglip(),
               "biomedclip": biomedclip(), "densenet": densenet(), "i3d": i3d()}
    (HERE / "evidence.json").write_text(json.dumps(vectors, indent=1) + "\n")
    for name in list(vectors)[2:]:
        for image in vectors[name]:
            print(name, round(image["logit"], 4), "patches", round(sum(image["shares"]), 4), image["terms"])


if __name__ == "__main__":
    with torch.no_grad():
        main()

"""Evidence of Vigil beside attention rollout and gradients, on one model's weights. See Deploy/bench/evidence.

The others are computed here by PyTorch, from the model's own tensors and by the linear probe; Vigil's map is that of
`vigil explain`. All are judged by one rule: the same films, the same deletions, the same regions.
"""

import json
import random
from statistics import mean

import main as bench

GRID, PATCH, DRAWS = 14, 16, 8


class Model:
    """A CLIP vision tower with a linear probe, in PyTorch."""

    def __init__(self, folder, probe):
        import torch
        from safetensors import safe_open
        from safetensors.torch import load_file
        self.torch = torch
        torch.set_num_threads(1)
        self.config = json.loads((folder / "config.json").read_text())["vision_config"]
        pixels = json.loads((folder / "preprocessor_config.json").read_text())
        self.mean, self.deviation = pixels["image_mean"][0], pixels["image_std"][0]
        self.weights = {k: v.float() for k, v in load_file(folder / "model.safetensors").items()
                        if k.startswith("vis")}
        path = folder / "adapters" / f"{probe}.safetensors"
        head = load_file(path)
        with safe_open(path, "pt") as file:
            labels = json.loads(file.metadata()["labels"])
        self.codes = [label["code"] for label in labels]
        slopes = torch.tensor([label["calibration"]["slope"] for label in labels])
        intercepts = torch.tensor([label["calibration"]["intercept"] for label in labels])
        self.head = (head["weight"].float() * slopes[:, None], head["bias"].float() * slopes + intercepts)

    def get(self, name):
        return self.weights["vision_model." + name]

    def norm(self, x, name):
        return self.torch.nn.functional.layer_norm(
            x, x.shape[-1:], self.get(name + ".weight"), self.get(name + ".bias"), self.config["layer_norm_eps"])

    def linear(self, x, name):
        return x @ self.get(name + ".weight").T + self.get(name + ".bias")

    def patches(self, rows):
        """A grey picture as the model's patches, [1, patches, pixels]."""
        picture = (self.torch.tensor([list(row) for row in rows]).float() / 255 - self.mean) / self.deviation
        return picture.reshape(1, GRID, PATCH, GRID, PATCH).transpose(2, 3).reshape(1, GRID * GRID, PATCH * PATCH)

    def logits(self, patches, attentions=None):
        torch, width = self.torch, self.config["hidden_size"]
        heads = self.config["num_attention_heads"]
        # Grey: the three channels are one.
        matrix = self.get("embeddings.patch_embedding.weight").sum(1).reshape(width, -1)
        first = self.get("embeddings.class_embedding").expand(len(patches), 1, width)
        x = torch.cat([first, patches @ matrix.T], 1) + self.get("embeddings.position_embedding.weight")
        x = self.norm(x, "pre_layrnorm")
        for index in range(self.config["num_hidden_layers"]):
            name = f"encoder.layers.{index}."
            y = self.norm(x, name + "layer_norm1")
            q, k, v = (self.linear(y, f"{name}self_attn.{part}_proj")
                       .reshape(len(y), -1, heads, width // heads).transpose(1, 2) for part in "qkv")
            weights = torch.softmax(q @ k.transpose(2, 3) / (width // heads) ** 0.5, -1)
            if attentions is not None:
                attentions.append(weights[0])
            x = x + self.linear((weights @ v).transpose(1, 2).reshape(x.shape), name + "self_attn.out_proj")
            y = self.linear(self.norm(x, name + "layer_norm2"), name + "mlp.fc1")
            x = x + self.linear(torch.nn.functional.gelu(y), name + "mlp.fc2")
        embedding = self.norm(x[:, 0], "post_layernorm") @ self.weights["visual_projection.weight"].T
        embedding = embedding / embedding.norm(dim=1, keepdim=True)
        return embedding @ self.head[0].T + self.head[1]

    def maps(self, patches, code):
        """The other ways' maps of one picture."""
        torch, place, attentions = self.torch, self.codes.index(code), []
        patches = patches.clone().requires_grad_(True)
        logit = self.logits(patches, attentions)[0, place]
        gradient = torch.autograd.grad(logit, patches)[0][0]
        with torch.no_grad():
            tokens = len(attentions[0][0])
            flow = torch.eye(tokens)
            for weights in attentions:
                flow = (weights.mean(0) + torch.eye(tokens)) / 2 @ flow
            grey, path = patches.mean(), torch.zeros_like(gradient)
        for step in range(10):
            point = (grey + (patches.detach() - grey) * (step + 0.5) / 10).requires_grad_(True)
            path += torch.autograd.grad(self.logits(point)[0, place], point)[0][0] / 10
        with torch.no_grad():
            return {
                "attention_rollout": flow[0, 1:].tolist(),
                "last_attention": attentions[-1].mean(0)[0, 1:].tolist(),
                "gradient": gradient.abs().sum(1).tolist(),
                "gradient_times_input": (gradient * patches[0]).sum(1).tolist(),
                "integrated_gradients": (path * (patches[0] - grey)).sum(1).tolist(),
            }

    def scores(self, patches, sets, grey, code):
        """Probabilities without sets of patches."""
        with self.torch.no_grad():
            many = patches.repeat(len(sets), 1, 1)
            for index, chosen in enumerate(sets):
                many[index, chosen] = (grey / 255 - self.mean) / self.deviation
            return self.torch.sigmoid(self.logits(many)[:, self.codes.index(code)]).tolist()


def strongest_region(values):
    """As Vigil has it: patches that touch by a side, each of half of the greatest at least."""
    greatest = max(values)
    open_patches = {p for p, v in enumerate(values) if greatest > 0 and v >= greatest / 2}
    best = []
    while open_patches:
        region, queue = [], [min(open_patches)]
        open_patches.discard(queue[0])
        while queue:
            patch = queue.pop()
            region.append(patch)
            row, column = divmod(patch, GRID)
            for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                near = r * GRID + c
                if 0 <= r < GRID and 0 <= c < GRID and near in open_patches:
                    open_patches.discard(near)
                    queue.append(near)
        if not best or sum(values[p] for p in region) > sum(values[p] for p in best):
            best = region
    return best


def box_of(region, seen):
    """Columns and rows of the film, from the part of it that the model sees."""
    rows, columns = [p // GRID for p in region], [p % GRID for p in region]
    left = seen["column"] + round(min(columns) * seen["columns"] / GRID)
    top = seen["row"] + round(min(rows) * seen["rows"] / GRID)
    right = seen["column"] + round((max(columns) + 1) * seen["columns"] / GRID)
    bottom = seen["row"] + round((max(rows) + 1) * seen["rows"] / GRID)
    return left, top, right - left, bottom - top


def compare(vigil, folder, probe, work, positives, seed):
    """Rows of figures, a way of making maps each."""
    model, source = Model(folder, probe), random.Random(seed)
    found, apart = {}, 0.0
    for code, files in sorted(positives.items()):
        if code not in model.codes:
            continue
        lines = bench.run(vigil, "explain", "--model", folder, "--finding", code, "--head", probe,
                          "--json", *files)
        for line in lines:
            if line["probability"] < 0.5:
                continue
            image, masks = next(v for k, v in files.items() if str(k) == line["file"])
            path = work / "input.png"
            bench.run(vigil, "image", "--model", folder, "--as", "input", "--json", "--png", path, line["file"])
            rows = bench.read_png(path)
            patches, grey = model.patches(rows), round(mean(v for row in rows for v in row))
            maps = {"vigil": line["map"]["values"], **model.maps(patches, code)}
            count = line["without_strongest"]["patches"]
            draws = [source.sample(range(GRID * GRID), count) for _ in range(DRAWS)]
            tops = [sorted(range(GRID * GRID), key=lambda p: (-values[p], p))[:count] for values in maps.values()]
            plain, *scores = model.scores(patches, [[], *draws, *tops], grey, code)
            apart = max(apart, abs(plain - line["probability"]))
            others = mean(scores[:DRAWS])
            inside = {}
            for mask in masks:
                for row, places in bench.mask_rows(mask, image["columns"]).items():
                    inside.setdefault(row, []).extend(places)
            for (name, values), score in zip(maps.items(), scores[DRAWS:]):
                box = box_of(strongest_region(values), line["input"]) if max(values) > 0 else None
                found.setdefault(name, []).append({
                    "code": code, "lower": score < others, "drop": plain - score, "random": plain - others,
                    "hit": box is not None and bench.touches(inside, *box),
                    "size": box[2] * box[3] / (image["columns"] * image["rows"]) if box else 0.0})
    return {"apart": apart, "ways": {
        name: {"positives": len(cases), "lower": round(mean(c["lower"] for c in cases), 4),
               "drop": round(mean(c["drop"] for c in cases), 4), "random": round(mean(c["random"] for c in cases), 4),
               "hit": round(mean(c["hit"] for c in cases if c["code"] != "nodule"), 4),
               "size": round(mean(c["size"] for c in cases), 4),
               "by_finding": {code: round(mean(c["lower"] for c in cases if c["code"] == code), 4)
                              for code in sorted({c["code"] for c in cases})}}
        for name, cases in found.items()}}

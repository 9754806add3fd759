"""The two towers of vigil-mini, in the shapes of Hugging Face's CLIP, for training.

Films have one channel here; the exported patch embedding takes the same grey three times. The last
block of the image tower computes the class token alone, as Vigil does. `dense` is a head for
training only: it says for each patch what is seen in it.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from films import FINDINGS

IMAGE = {"width": 192, "layers": 6, "heads": 6, "patch": 16, "side": 224}
TEXT = {"width": 128, "layers": 2, "heads": 4, "length": 64}
EMBEDDING = 192
MEAN, DEVIATION = 0.42, 0.28


class Block(nn.Module):
    def __init__(self, width, heads, causal=False):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attend(self, q, k, v):
        def split(x):
            return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        y = F.scaled_dot_product_attention(split(q), split(k), split(v), is_causal=self.causal)
        return self.out(y.transpose(1, 2).flatten(2))

    def forward(self, x):
        x = x + self.attend(*self.qkv(self.norm1(x)).chunk(3, -1))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))

    def first(self, x):
        """What becomes of the first token alone."""
        y, width = self.norm1(x), x.shape[-1]
        q = F.linear(y[:, :1], self.qkv.weight[:width], self.qkv.bias[:width])
        kv = F.linear(y, self.qkv.weight[width:], self.qkv.bias[width:])
        x = x[:, :1] + self.attend(q, *kv.chunk(2, -1))
        return (x + self.fc2(F.gelu(self.fc1(self.norm2(x)))))[:, 0]


class ImageTower(nn.Module):
    def __init__(self):
        super().__init__()
        width, self.patch = IMAGE["width"], IMAGE["patch"]
        self.grid = IMAGE["side"] // self.patch
        self.patches = nn.Linear(self.patch**2, width, bias=False)
        self.token = nn.Parameter(torch.randn(width) * 0.02)
        self.positions = nn.Parameter(positions(self.grid, width))
        self.pre, self.post = nn.LayerNorm(width), nn.LayerNorm(width)
        self.blocks = nn.ModuleList(
            Block(width, IMAGE["heads"]) for _ in range(IMAGE["layers"]))
        self.projection = nn.Linear(width, EMBEDDING, bias=False)
        self.dense_norm, self.dense = nn.LayerNorm(width), nn.Linear(width, len(FINDINGS))

    def pieces(self, images):
        """[n, side, side] as [n, patches, pixels]."""
        n, p, g = len(images), self.patch, self.grid
        return images.view(n, g, p, g, p).transpose(2, 3).reshape(n, g * g, p * p)

    def forward(self, images, kept=None):
        """Unit embeddings, and logits of the (kept) patches."""
        x = self.patches(self.pieces(images)) + self.positions[1:]
        if kept is not None:
            x = x.gather(1, kept[..., None].expand(-1, -1, x.shape[-1]))
        first = (self.token + self.positions[0]).expand(len(x), 1, -1)
        x = self.pre(torch.cat([first, x], 1))
        for block in self.blocks[:-1]:
            x = block(x)
        dense = self.dense(self.dense_norm(x[:, 1:]))
        pooled = self.post(self.blocks[-1].first(x))
        return F.normalize(self.projection(pooled), dim=-1), dense


class TextTower(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        width = TEXT["width"]
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.randn(TEXT["length"], width) * 0.01)
        self.blocks = nn.ModuleList(
            Block(width, TEXT["heads"], causal=True) for _ in range(TEXT["layers"]))
        self.last = nn.LayerNorm(width)
        self.projection = nn.Linear(width, EMBEDDING, bias=False)
        nn.init.normal_(self.tokens.weight, std=0.02)

    def forward(self, ids, ends):
        x = self.tokens(ids) + self.positions[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        x = self.last(x[torch.arange(len(x)), ends])
        return F.normalize(self.projection(x), dim=-1)


class Model(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.image, self.text = ImageTower(), TextTower(vocabulary)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(14.0)))
        self.prompt_bias = nn.Parameter(torch.zeros(len(FINDINGS)))
        # A head on the embedding, for training only.
        self.probe = nn.Linear(EMBEDDING, len(FINDINGS))


def positions(grid, width):
    """Sines and cosines of both coordinates; the class token's row is zero."""
    quarter = width // 4
    rates = 1.0 / 100 ** (torch.arange(quarter) / quarter)
    angles = torch.arange(grid)[:, None] * rates
    one = torch.cat([angles.sin(), angles.cos()], 1)
    both = torch.cat(
        [one[:, None].expand(-1, grid, -1), one[None].expand(grid, -1, -1)], -1)
    return torch.cat([torch.zeros(1, width), both.reshape(grid * grid, width)]) * 0.7


@torch.no_grad()
def start(model, films):
    """Starting values: whitened principal components of patches, and attention that begins near
    the identity (Trockman and Kolter 2023), which lets small transformers learn from few films."""
    tower = model.image
    pieces = tower.pieces(films).flatten(0, 1)
    pieces = pieces - pieces.mean(0)
    values, vectors = torch.linalg.eigh(pieces.T @ pieces / len(pieces))
    values, vectors = values.flip(0), vectors.flip(1)
    width = tower.patches.out_features
    scale = (values[:width] + values[width // 2]).pow(-0.5)
    tower.patches.weight.copy_((vectors[:, :width] * scale).T)
    for block in tower.blocks:
        width = block.out.in_features
        size = width // block.heads
        noise = torch.randn(width, width) / math.sqrt(width)
        u, s, v = torch.linalg.svd(0.4 * noise - 0.4 * torch.eye(width))
        block.qkv.weight[2 * width :].copy_((s.sqrt()[:, None] * v))
        block.out.weight.copy_(u * s.sqrt())
        for head in range(block.heads):
            rows = slice(head * size, (head + 1) * size)
            noise = torch.randn(width, width) / math.sqrt(width)
            u, s, v = torch.linalg.svd(0.7 * noise + 0.7 * torch.eye(width))
            root = s[:size].sqrt()
            block.qkv.weight[:width][rows].copy_((u[:, :size] * root).T)
            block.qkv.weight[width : 2 * width][rows].copy_(root[:, None] * v[:size])
        nn.init.zeros_(block.qkv.bias)
        nn.init.zeros_(block.out.bias)

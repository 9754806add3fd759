"""Trains vigil-mini on films of films.py: images against reports and prompts, with what is seen in
each patch as a second task. The same seed and steps give the same numbers.

    python3 train.py FILMS OUT [--steps N] [--stop N] [--decay-from N] [--full-from N] [--seed N]

Two processes of one thread each take half a batch: on cores that others use too, threads of one
process wait for each other far longer than they work (1.1 s a step of 32 against 7 s).

Until --full-from a part of the patches is kept (those with findings of this film and of another,
and random ones), from there on all are. From --decay-from on the rate falls to nothing.
OUT/state.pt is written often, and a later call goes on from it, also with other steps.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F

import net
import words
from bpe import Bpe
from films import CELLS, FINDINGS

PROCESSES = 2
BATCH = 24  # of each process
KEPT = 64
HELD = 500  # films at the end, to watch the training
WARMUP = 100
RATE = 1.2e-3


class Films:
    def __init__(self, path):
        self.images = np.load(f"{path}.images.npy", mmap_mode="r")
        self.masks = np.load(f"{path}.masks.npy", mmap_mode="r")
        lines = Path(f"{path}.films.jsonl").read_text().splitlines()
        self.records = [json.loads(line) for line in lines]
        self.labels = np.array([record["labels"] for record in self.records], np.float32)
        shares = self.labels.mean(0)
        self.weights = 1 + (self.labels * (0.08 / shares)).sum(1)

    def __len__(self):
        return len(self.records)

    def masks_of(self, rows, shift=(0, 0)):
        """[n, findings, patches]: whether any cell of a patch holds a finding."""
        bits = np.stack([np.roll(self.masks[row], shift, (0, 1)) for row in rows])
        side = net.IMAGE["side"] // net.IMAGE["patch"]
        cells = CELLS // side
        bits = bits.reshape(len(rows), side, cells, side, cells)
        joined = np.bitwise_or.reduce(np.bitwise_or.reduce(bits, 4), 2).reshape(len(rows), -1)
        number = np.arange(len(FINDINGS), dtype=np.uint16)[:, None]
        return torch.from_numpy((joined[:, None] >> number & 1).astype(np.float32))


def looked(images, draw):
    """What other makers, doses and processing might make of the same rays: [n, side, side], 0…1."""
    n = len(images)

    def uniform(low, high):
        return torch.empty(n, 1, 1).uniform_(low, high, generator=draw)

    def chosen(share):
        return (torch.rand(n, 1, 1, generator=draw) < share).float()

    x = images
    # Details more or less against what is around them, over a drawn reach.
    reach = (8, 14, 28)[int(torch.randint(3, (), generator=draw))]
    around = F.avg_pool2d(x[:, None], reach)
    around = F.interpolate(around, size=x.shape[1:], mode="bilinear", align_corners=False)[:, 0]
    middle = x.mean((1, 2), keepdim=True)
    x = middle + (around - middle) * uniform(0.75, 1.3) + (x - around) * uniform(0.7, 1.4)
    blurred = F.avg_pool2d(x[:, None], 3, 1, 1, count_include_pad=False)[:, 0]
    x = x + chosen(0.4) * uniform(0, 0.9) * (blurred - x)
    x = x.clamp(0, 1).pow(torch.exp(uniform(-0.35, 0.35)))
    x = (x - middle) * uniform(0.8, 1.25) + middle + uniform(-0.1, 0.1)
    noise = torch.randn(x.shape, generator=draw)
    return (x + chosen(0.5) * uniform(0, 0.04) * noise).clamp(0, 1)


def normal(images):
    return (images - net.MEAN) / net.DEVIATION


def tokens(bpe, texts):
    ids = [bpe.encode(text, net.TEXT["length"]) for text in texts]
    ends = torch.tensor([len(one) - 1 for one in ids])
    out = torch.zeros(len(ids), int(ends.max()) + 1, dtype=torch.long)
    for row, one in enumerate(ids):
        out[row, : len(one)] = torch.tensor(one)
    return out, ends


class Step:
    """What is drawn for one process's part of a step; it follows from seed and number alone."""

    def __init__(self, films, count, bpe, seed, number, is_full):
        self.draw = torch.Generator().manual_seed(seed * 1_000_003 + number)
        plain = random.Random(seed * 7919 + number)
        mixed = np.random.default_rng([seed, number])
        share = films.weights[:count] / films.weights[:count].sum()
        rows = np.sort(mixed.choice(count, BATCH, replace=False, p=share))
        shift = tuple(int(one) for one in mixed.integers(-2, 3, 2))
        moved = [np.roll(films.images[row], (shift[0] * 4, shift[1] * 4), (0, 1)) for row in rows]
        images = torch.from_numpy(np.stack(moved)).float() / 255
        self.images = normal(looked(images, self.draw))
        self.seen = films.masks_of(rows, shift)
        self.labels = torch.from_numpy(films.labels[rows])
        self.kept = None if is_full else self.keep()
        seen = self.seen
        if self.kept is not None:
            seen = seen.gather(2, self.kept[:, None].expand(-1, len(FINDINGS), -1))
        # A finding of which no kept patch shows anything is neither there nor not.
        self.counts = 1 - self.labels * (seen.amax(2) == 0)
        self.seen = seen
        records = [films.records[row] for row in rows]
        parts = ("impression", "impression", "report")
        self.reports = tokens(bpe, [one[plain.choice(parts)] for one in records])
        self.prompts = tokens(bpe, words.drawn(plain))

    def keep(self):
        own = self.seen.amax(1)
        other = own[torch.randperm(len(own), generator=self.draw)]
        noise = torch.rand(own.shape, generator=self.draw)
        return (torch.maximum(own, other) * 0.45 + noise).topk(KEPT, 1).indices


def losses(model, step):
    embedding, dense = model.image(step.images, step.kept)
    k = len(FINDINGS)
    scale = model.logit_scale.clamp(max=math.log(60.0)).exp()
    reports = model.text(*step.reports)
    said, denied = model.text(*step.prompts).split(k)
    # Films of the same findings may have each other's reports.
    same = (step.labels[:, None] == step.labels[None]).all(2).float()
    target = same / same.sum(1, keepdim=True)
    logits = scale * embedding @ reports.T
    contrast = (
        F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2
    asked = scale * (embedding @ said.T - embedding @ denied.T) + model.prompt_bias
    probed = model.probe(embedding * 8)
    heavier = torch.full((k,), 2.0)

    def labelled(x):
        return F.binary_cross_entropy_with_logits(
            x, step.labels, step.counts, pos_weight=heavier)

    share = step.seen.mean((0, 2), keepdim=True)
    heavy = ((1 - share) / (share + 1e-3)).sqrt().clamp(1, 12)
    patch = F.binary_cross_entropy_with_logits(
        dense.transpose(1, 2), step.seen, pos_weight=heavy)
    # The bias helps training along and does not exist in the model: it is drawn to nothing.
    pull = model.prompt_bias.square().mean()
    parts = (patch, labelled(asked), labelled(probed), contrast)
    return parts[0] * 4 + parts[1] * 2 + parts[2] + parts[3] * 0.15 + pull * 0.05, parts


def auroc(scores, labels):
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    there = labels > 0
    count = there.sum()
    return (ranks[there].sum() - count * (count + 1) / 2) / (count * (~there).sum())


@torch.no_grad()
def watch(model, films, rows, bpe):
    """Areas by finding, asked with the model's prompts."""
    sides = []
    for side in ("positive", "negative"):
        for finding in words.prompts()["findings"]:
            one = model.text(*tokens(bpe, finding[side])).mean(0)
            sides.append(F.normalize(one, dim=0))
    k = len(FINDINGS)
    toward = torch.stack(sides[:k]) - torch.stack(sides[k:])
    scores = []
    for start in range(0, len(rows), 50):
        images = torch.from_numpy(np.stack(films.images[rows[start : start + 50]])).float() / 255
        scores.append(model.image(normal(images))[0] @ toward.T)
    scores = torch.cat(scores).numpy()
    return [auroc(scores[:, i], films.labels[rows][:, i]) for i in range(k)]


def rate(number, options):
    if number < WARMUP:
        return RATE * (number + 1) / WARMUP
    if number < options.decay_from:
        return RATE
    return RATE * (options.steps - number) / (options.steps - options.decay_from)


def prepared(films, options):
    torch.manual_seed(options.seed)
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "merges.txt").exists():
        texts = [one[part] for one in films.records for part in ("report", "impression")]
        draw = random.Random(options.seed)
        texts += [text for _ in range(300) for text in words.drawn(draw)]
        Bpe.learn(texts, 1024).save(folder)
    bpe = Bpe.load(folder)
    model = net.Model(len(bpe.ids))
    first = np.stack(films.images[:400])
    net.start(model, normal(torch.from_numpy(first).float() / 255))
    return bpe, model


def optimizer(model):
    plain = [p for n, p in model.named_parameters() if p.ndim < 2 or "positions" in n]
    decayed = [p for n, p in model.named_parameters() if not (p.ndim < 2 or "positions" in n)]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0}],
        lr=RATE, betas=(0.9, 0.98), fused=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("films")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=3740)
    parser.add_argument("--stop", type=int, default=3730, help="ends here on the way to --steps")
    parser.add_argument("--decay-from", type=int, default=3200)
    parser.add_argument("--full-from", type=int, default=3150)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    Path(f"{options.out}.meeting").unlink(missing_ok=True)
    mp.spawn(run, (options,), PROCESSES)


def shared(model):
    """Gradients averaged over the processes."""
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([grad.flatten() for grad in grads])
    dist.all_reduce(flat)
    flat /= PROCESSES
    for grad, part in zip(grads, flat.split([grad.numel() for grad in grads])):
        grad.copy_(part.view_as(grad))


def run(rank, options):
    torch.set_num_threads(1)
    dist.init_process_group(
        "gloo", init_method=f"file://{Path(options.out).resolve()}.meeting",
        rank=rank, world_size=PROCESSES)
    films = Films(options.films)
    count = len(films) - HELD
    rows = np.arange(count, len(films))
    if rank == 0:
        prepared(films, options)
    dist.barrier()
    bpe, model = prepared(films, options)
    tuned = optimizer(model)
    path = Path(options.out, "state.pt")
    number = 0
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        tuned.load_state_dict(state["optimizer"])
        number = state["step"]
    begin, sums = time.monotonic(), np.zeros(4)
    end = min(options.stop, options.steps)
    while number < end:
        is_full = number >= options.full_from
        step = Step(films, count, bpe, options.seed, number * PROCESSES + rank, is_full)
        for group in tuned.param_groups:
            group["lr"] = rate(number, options)
        loss, parts = losses(model, step)
        tuned.zero_grad()
        loss.backward()
        shared(model)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        tuned.step()
        sums += [part.item() for part in parts]
        number += 1
        if number % 20 == 0 and rank == 0:
            values = " ".join(f"{value:.3f}" for value in sums / 20)
            print(f"{number} {time.monotonic() - begin:.0f} s  {values}", flush=True)
            sums[:] = 0
        if (number % 200 == 0 or number == end) and rank == 0:
            found = watch(model, films, rows, bpe)
            areas = " ".join(f"{code}={area:.3f}" for code, area in zip(FINDINGS, found))
            print(f"{number} macro {np.mean(found):.4f}  {areas}", flush=True)
        if (number % 50 == 0 or number == end) and rank == 0:
            state = {
                "model": model.state_dict(), "optimizer": tuned.state_dict(), "step": number,
            }  # fmt: skip
            torch.save(state, f"{path}.new")
            Path(f"{path}.new").rename(path)


if __name__ == "__main__":
    main()

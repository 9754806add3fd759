"""Makes Vectors/square-then-float.json: CheXzero's steps by Pillow and torchvision.

Needs torch 2.15.0, torchvision 0.29.2, pillow 13.0.0, numpy 2.4.6:

    python3 make_float_vectors.py

Each image has the grey value (x * x + 3 * y * y + x * y) / 5 % 256 at column x and row y. It is brought to a
black square of 64 pixels by Lanczos' kernel, normalised, and resized to 40 pixels as floats.
"""

import json
import pathlib

import numpy as np
import torch
from PIL import Image
from torchvision.transforms import Compose, InterpolationMode, Normalize, Resize

HERE = pathlib.Path(__file__).parent / "Vectors"


def image(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(((x * x + 3 * y * y + x * y) // 5 % 256).astype(np.uint8))


def square(picture, side=64):
    ratio = float(side) / max(picture.size)
    size = tuple(int(length * ratio) for length in picture.size)
    out = Image.new("L", (side, side))
    out.paste(picture.resize(size, Image.LANCZOS), ((side - size[0]) // 2, (side - size[1]) // 2))
    return out


def main():
    rows = []
    for width, height in ((97, 130), (130, 97), (64, 64), (41, 23), (2991, 47)):
        grey = np.asarray(square(image(width, height)))
        tensor = torch.from_numpy(grey.astype(np.float32))[None]
        row = {"width": width, "height": height, "grey": [int(v) for v in grey[::9, ::7].flatten()]}
        for antialias in (False, True):
            out = Compose([Normalize((101.48761,), (83.43944,)), Resize(
                40, interpolation=InterpolationMode.BICUBIC, antialias=antialias)])(tensor)
            row["antialiased" if antialias else "plain"] = [
                round(float(v), 6) for v in out[0, ::6, ::5].flatten()]
        rows.append(row)
    (HERE / "square-then-float.json").write_text(json.dumps(rows) + "\n")


main()

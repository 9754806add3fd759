#!/usr/bin/env python3
"""Makes the vectors of ImagingTests with pydicom, numpy, Pillow and transformers.

    python3 -m venv VENV && VENV/bin/pip install -r Tests/ImagingTests/requirements.txt
    VENV/bin/python Tests/ImagingTests/make_vectors.py PYDICOM_DATA SHARED_DATA

PYDICOM_DATA is the `data` folder of PyPI pydicom-data 1.0.0, SHARED_DATA the folder with `cxr` and
`ct-body-j2k`. Writes Vectors/grey.tsv, Vectors/resize.tsv, Vectors/clip.tsv and Vectors/raster/.
"""

import hashlib
import pathlib
import struct
import sys
import warnings

import numpy as np
import pydicom
from PIL import Image
from pydicom.pixels import apply_modality_lut, convert_color_space

warnings.simplefilter("ignore")
OUT = pathlib.Path(__file__).parent / "Vectors"


def luma(rgb):
    """Pillow's convert('L') of 8-bit RGB."""
    return np.asarray(Image.fromarray(rgb, "RGB").convert("L"))


def digest(frames):
    h = hashlib.sha256()
    height, width = frames[0].shape
    h.update(struct.pack("<QQQ", width, height, len(frames)))
    for frame in frames:
        h.update(np.ascontiguousarray(frame, dtype=np.uint8).tobytes())
    return h.hexdigest()


def probes(frame):
    """A 16 by 16 grid of grey values, in hexadecimal."""
    height, width = frame.shape
    rows = [(2 * i + 1) * height // 32 for i in range(16)]
    columns = [(2 * i + 1) * width // 32 for i in range(16)]
    return bytes(int(frame[r, c]) for r in rows for c in columns).hex()


def first(value):
    return float(value[0]) if isinstance(value, pydicom.multival.MultiValue) else float(value)


def group(ds, frame, macro):
    for holder in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        items = ds.get(holder)
        if not items:
            continue
        item = items[frame] if holder.startswith("Per") else items[0]
        if macro in item:
            return item[macro].value[0]
    return ds


def modality_values(ds, frame, stored):
    if "ModalityLUTSequence" in ds:
        return apply_modality_lut(stored, ds).astype(np.float64)
    item = group(ds, frame, "PixelValueTransformationSequence")
    slope = float(item.get("RescaleSlope", 1) or 1)
    return stored.astype(np.float64) * slope + float(item.get("RescaleIntercept", 0) or 0)


def fraction(ds, frame, values, bounds):
    """Modality values to 0...1 (PS3.3 C.11.2)."""
    if "VOILUTSequence" in ds:
        item = ds.VOILUTSequence[0]
        count, start, bits = item.LUTDescriptor
        data = item.LUTData
        table = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.array(data)
        index = np.clip(np.floor(values + 0.5) - start, 0, (count or 65536) - 1).astype(int)
        return table[index].astype(np.float64) / (2**bits - 1)
    item = group(ds, frame, "FrameVOILUTSequence")
    if item.get("WindowCenter") in (None, "") or item.get("WindowWidth") in (None, ""):
        low, high = bounds
        return (values - low) / (high - low) if high > low else values * 0
    center, width = first(item.WindowCenter), first(item.WindowWidth)
    scaled = (values - (center - 0.5)) / (width - 1) + 0.5 if width > 1 else values * 0
    scaled = np.where(values <= center - 0.5 - (width - 1) / 2, 0, scaled)
    return np.where(values > center - 0.5 + (width - 1) / 2, 1, scaled)


def grey_mono(ds, frames):
    values = [modality_values(ds, i, f) for i, f in enumerate(frames)]
    shown = values
    if ds.get("PixelPaddingValue") is not None:
        shown = [v[f != ds.PixelPaddingValue] for v, f in zip(values, frames)]
    bounds = (min(v.min() for v in shown), max(v.max() for v in shown))
    out = []
    for i, value in enumerate(values):
        level = np.floor(fraction(ds, i, value, bounds) * 255.0 + 0.5)
        grey = np.clip(level, 0, 255).astype(np.uint8)
        out.append(255 - grey if ds.PhotometricInterpretation == "MONOCHROME1" else grey)
    return out


def segmented(data, count):
    """Expands a segmented palette; the files at hand have discrete and linear segments."""
    words = np.frombuffer(data, "<u2").astype(int)
    out, at = [], 0
    while len(out) < count:
        kind, length = words[at], words[at + 1]
        if kind == 0:
            out += list(words[at + 2 : at + 2 + length])
            at += 2 + length
        elif kind == 1:
            start, step = out[-1], (words[at + 2] - out[-1]) / length
            out += [int(np.floor(start + step * i + 0.5)) for i in range(1, length + 1)]
            at += 3
        else:
            raise ValueError("indirect segment")
    return np.array(out[:count])


def grey_palette(ds, frames):
    channels = []
    for colour in ("Red", "Green", "Blue"):
        count, start, bits = ds[f"{colour}PaletteColorLookupTableDescriptor"].value
        count = count or 65536
        plain = ds.get(f"{colour}PaletteColorLookupTableData")
        if plain is not None:
            little = ds.original_encoding[1]
            words = np.frombuffer(plain, "<u2" if little else ">u2")
            table = words if len(words) >= count else np.frombuffer(plain, "u1")
        else:
            data = ds[f"Segmented{colour}PaletteColorLookupTableData"].value
            if not ds.original_encoding[1]:
                data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
            table = segmented(data, count)
        channels.append((table, start, count, bits))
    out = []
    for frame in frames:
        rgb = []
        for table, start, count, bits in channels:
            entry = table[np.clip(frame.astype(np.int64) - start, 0, count - 1)]
            rgb.append((entry >> 8 if bits > 8 else entry).astype(np.uint8))
        out.append(luma(np.stack(rgb, axis=-1)))
    return out


def grey_colour(ds, frames):
    out = []
    for frame in frames:
        if ds.BitsAllocated > 8:
            frame = (frame >> (ds.BitsStored - 8)).astype(np.uint8)
        if ds.PhotometricInterpretation == "YBR_FULL":
            frame = convert_color_space(frame, "YBR_FULL", "RGB")
        out.append(luma(np.ascontiguousarray(frame)))
    return out


def grey(path):
    ds = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in ds.file_meta:
        ds.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    raw = ds.PhotometricInterpretation == "YBR_FULL"
    array = pydicom.pixels.pixel_array(ds, raw=raw)
    frames = list(array) if int(ds.get("NumberOfFrames", 1) or 1) > 1 else [array]
    if ds.PhotometricInterpretation == "PALETTE COLOR":
        return grey_palette(ds, frames)
    if ds.SamplesPerPixel == 3:
        return grey_colour(ds, frames)
    return grey_mono(ds, frames)


def make_grey(folders):
    # JPEG decoders may differ by a level or two; everything else is compared bit for bit.
    lossy = {"color3d_jpeg_baseline.dcm": 3, "cr-chest-jpeg-baseline.dcm": 2}
    lossy["cr-chest-monochrome1.dcm"] = 2
    lines = []
    for folder, pattern in folders:
        for path in sorted(folder.glob(pattern)):
            try:
                frames = grey(path)
            except Exception as problem:  # noqa: BLE001
                print("left out:", path.name, repr(problem)[:90])
                continue
            height, width = frames[0].shape
            tolerance = lossy.get(path.name, 0)
            value = probes(frames[0]) if tolerance else digest(frames)
            lines.append(f"{path.name}\t{width}\t{height}\t{len(frames)}\t{tolerance}\t{value}")
    (OUT / "grey.tsv").write_text("\n".join(lines) + "\n")


def noise(width, height, seed):
    """The top bytes of a linear congruential generator, as the Swift test makes them."""
    state, out = seed, bytearray()
    for _ in range(width * height):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out.append(state >> 24)
    return np.frombuffer(bytes(out), np.uint8).reshape(height, width)


def make_resize():
    # Made with Pillow 12.2.0. From 13.0.0 on, some shapes are resampled along columns first, which
    # rounds 49 of these 250 cases differently, by one grey level.
    sizes = [1, 2, 3, 5, 7, 13, 16, 31, 64, 97, 130]
    cases = []
    for i, width in enumerate(sizes):
        for j, height in enumerate(sizes):
            target = sizes[(3 * i + 5 * j + 4) % len(sizes)]
            other = sizes[(7 * i + 2 * j + 1) % len(sizes)]
            cases.append((width, height, target, other))
    cases += [(1841, 1955, 224, 237), (1955, 1841, 237, 224), (500, 700, 224, 313), (60, 40, 336, 224)]
    lines = []
    for number, (width, height, to_width, to_height) in enumerate(cases):
        image = Image.fromarray(noise(width, height, number + 1), "L")
        for name, kind in (("bicubic", Image.BICUBIC), ("bilinear", Image.BILINEAR)):
            out = image.resize((to_width, to_height), kind).tobytes()
            shown = out.hex() if len(out) <= 64 else "-"
            lines.append(
                f"{number + 1}\t{width}\t{height}\t{to_width}\t{to_height}\t{name}\t"
                f"{hashlib.sha256(out).hexdigest()}\t{shown}"
            )
    (OUT / "resize.tsv").write_text("\n".join(lines) + "\n")


def make_clip():
    from transformers import CLIPImageProcessor

    lines = []
    shapes = [(300, 200), (200, 300), (224, 224), (225, 224), (1000, 333), (50, 40), (1, 30), (640, 480)]
    for number, (width, height) in enumerate(shapes):
        for crop in (224, 225, 256):
            processor = CLIPImageProcessor(crop_size={"height": crop, "width": crop})
            image = Image.fromarray(noise(width, height, 1000 + number), "L")
            tensor = processor(image, return_tensors="np")["pixel_values"][0]
            assert tensor.dtype == np.float32 and tensor.shape == (3, crop, crop)
            value = hashlib.sha256(np.ascontiguousarray(tensor).tobytes()).hexdigest()
            lines.append(f"{1000 + number}\t{width}\t{height}\t{crop}\t{value}")
    (OUT / "clip.tsv").write_text("\n".join(lines) + "\n")


def make_raster():
    folder = OUT / "raster"
    folder.mkdir(exist_ok=True)
    base = noise(13, 9, 77)
    rgb = np.stack([noise(13, 9, 78), noise(13, 9, 79), noise(13, 9, 80)], axis=-1)
    smooth = (np.add.outer(np.arange(24) * 5, np.arange(32) * 3)).astype(np.uint8)
    colour = np.stack([smooth, smooth[::-1], 255 - smooth], axis=-1)
    deep = (noise(13, 9, 81).astype(np.uint16) << 8) | noise(13, 9, 82)
    images = {
        "grey8.png": Image.fromarray(base, "L"),
        "grey1.png": Image.fromarray(base, "L").convert("1"),
        "rgb8.png": Image.fromarray(rgb, "RGB"),
        "palette.png": Image.fromarray(rgb, "RGB").quantize(16),
        "rgba.png": Image.fromarray(np.dstack([rgb, base]), "RGBA"),
        "la.png": Image.fromarray(np.dstack([base, base[::-1]]), "LA"),
        "grey16.png": Image.fromarray(deep),
        "grey.jpg": Image.fromarray(smooth, "L"),
        "colour.jpg": Image.fromarray(colour, "RGB"),
        "progressive.jpg": Image.fromarray(colour, "RGB"),
    }
    lines = []
    for name, image in images.items():
        path = folder / name
        options = {"quality": 90} if name.endswith("jpg") else {}
        if name == "progressive.jpg":
            options["progressive"] = True
        image.save(path, **options)
        read = Image.open(path)
        if name == "grey16.png":
            shown = (np.asarray(read).astype(np.uint32) >> 8).astype(np.uint8)
        else:
            shown = np.asarray(read.convert("L"))
        lines.append(f"{name}\t{shown.shape[1]}\t{shown.shape[0]}\t{shown.tobytes().hex()}")
    (OUT / "raster.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    data, shared = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    OUT.mkdir(exist_ok=True)
    make_resize()
    make_clip()
    make_raster()
    make_grey([(data, "*.dcm"), (shared / "cxr", "*.dcm"), (shared / "ct-body-j2k", "*.dcm")])

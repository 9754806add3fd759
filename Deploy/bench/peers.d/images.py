"""Images for the parity check: grey, square, 8 bit, so that no engine resizes or guesses.

Synthetic ones have what radiographs have: smooth fields, edges, fine noise, dark borders. Real ones
come from folders of PNG, JPEG or DICOM files.
"""

import pathlib
import struct
import zlib

import numpy

# Bounds on what is read of a folder, and on a picture's pixels.
FOLDER_LIMIT = 24
FILE_BYTES_LIMIT = 64 << 20
PIXELS_LIMIT = 64 << 20
SUFFIXES = {".png", ".jpg", ".jpeg", ".dcm"}


def png(grey):
    """An 8-bit grey image [H, W] as the bytes of a PNG."""
    height, width = grey.shape

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    rows = b"".join(b"\0" + grey[y].tobytes() for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def to_bytes(field):
    """A field of any range, stretched to 0…255."""
    low, high = numpy.percentile(field, [0.5, 99.5])
    stretched = (field - low) / max(float(high - low), 1e-9)
    return (numpy.clip(stretched, 0, 1) * 255).round().astype(numpy.uint8)


def coloured_noise(generator, size, slope):
    """Noise whose spectrum falls with frequency to the power `slope`."""
    spectrum = numpy.fft.rfft2(generator.standard_normal((size, size)))
    rows, columns = numpy.fft.fftfreq(size)[:, None], numpy.fft.rfftfreq(size)[None]
    frequency = numpy.maximum(numpy.hypot(rows, columns), 1 / size)
    return numpy.fft.irfft2(spectrum / frequency**slope, s=(size, size))


def phantom(generator, size):
    """Ellipses of differing density over a dark border, blurred by nothing, with fine noise."""
    y, x = numpy.mgrid[0:size, 0:size] / size - 0.5
    field = numpy.zeros((size, size))
    for _ in range(12):
        centre = generator.uniform(-0.3, 0.3, 2)
        radii = generator.uniform(0.04, 0.3, 2)
        inside = ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2 < 1
        field[inside] += generator.uniform(-0.5, 1)
    return field + 0.03 * generator.standard_normal((size, size))


def synthetic(size, count=24):
    """`count` images (name, grey [S, S]), always the same."""
    generator = numpy.random.default_rng(11)
    found = []
    for index in range(count):
        if index % 2:
            found.append((f"phantom-{index}", to_bytes(phantom(generator, size))))
        else:
            slope = generator.uniform(0, 2)
            found.append((f"noise-{index}", to_bytes(coloured_noise(generator, size, slope))))
    return found


def read_dicom(path):
    """The first frame's luminance, or None where it has no grey pixels that can be decoded."""
    import pydicom

    data = pydicom.dcmread(path)
    if int(data.get("Rows", 0)) * int(data.get("Columns", 0)) > PIXELS_LIMIT:
        return None
    if int(data.get("SamplesPerPixel", 0)) != 1:
        return None
    pixels = data.pixel_array.astype(numpy.float64)
    pixels = pixels[0] if pixels.ndim == 3 else pixels
    return -pixels if data.get("PhotometricInterpretation") == "MONOCHROME1" else pixels


def read(path, size):
    """A real file as grey [S, S], or None."""
    from PIL import Image

    if path.suffix == ".dcm":
        field = read_dicom(path)
    else:
        with Image.open(path) as picture:
            too_large = picture.width * picture.height > PIXELS_LIMIT
            field = None if too_large else numpy.asarray(picture.convert("L"), numpy.float64)
    if field is None or field.ndim != 2 or min(field.shape) < 16:
        return None
    grey = Image.fromarray(to_bytes(field))
    return numpy.asarray(grey.resize((size, size), Image.Resampling.BICUBIC))


def real(folder, size):
    """Images of a folder in the order of their names, spread over it, without those unreadable."""
    files = sorted(
        path
        for path in pathlib.Path(folder).rglob("*")
        if path.suffix.lower() in SUFFIXES and path.stat().st_size <= FILE_BYTES_LIMIT
    )
    found, step = [], max(1, len(files) // (2 * FOLDER_LIMIT))
    for path in files[::step]:
        if len(found) == FOLDER_LIMIT:
            break
        try:
            grey = read(path, size)
        except Exception:  # Whatever a decoder makes of a file that it does not know.
            continue
        if grey is not None and grey.std() > 4:
            found.append((path.name, grey))
    return found

#!/usr/bin/env python3
"""Makes Vectors/labels.tsv: small DICOM files whose labels are wrong, odd or unreadable.

    python3 -m venv VENV && VENV/bin/pip install -r Tests/ImagingTests/requirements.txt
    VENV/bin/python Tests/ImagingTests/make_label_cases.py

Each line holds a name, the code of the refusal or -, the flags, the levels that may differ, the
right grey (its SHA-256 where none may differ, else in base64) and the file in base64. The grey is worked out here from the source picture by the
formulas of PS3.3, never by reading the file back.
"""

import base64
import hashlib
import io
import pathlib
import struct

import numpy as np
from jpeg_ls import encode_buffer
from openjpeg.utils import encode_array
from PIL import Image

OUT = pathlib.Path(__file__).parent / "Vectors"
WIDTH, HEIGHT = 32, 32
EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
JPEG, JPEG_LOSSLESS = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70"
JLS, JLS_LOSSY = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"
J2K, J2K_LOSSY, RLE = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.5"
CR, CT = "1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.2"
LONG = {"OB", "OW", "SQ", "UN", "OF", "OD", "UT"}

rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
noise = np.random.default_rng(7).integers(0, 90, (HEIGHT, WIDTH))
# 0 to 4095, both ends met.
deep = np.clip((rows * 75 + columns * 60 + noise * 2), 0, 4095).astype(np.int64)
deep[0, 0], deep[-1, -1] = 0, 4095
shallow = (deep >> 4).astype(np.uint8)
luma_y, blue_cb, red_cr = shallow, (96 + columns * 2).astype(np.uint8), (110 + rows).astype(np.uint8)


# Grey, as PS3.3 and Pillow's mode L give it


def byte(values):
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


def window(values, center, width):
    return byte(np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255)


def spread(values, low=None, high=None):
    low = values.min() if low is None else low
    high = values.max() if high is None else high
    return byte((values - low) / (high - low) * 255.0)


def luma(red, green, blue):
    red, green, blue = (np.asarray(c, np.uint32) for c in (red, green, blue))
    return ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16).astype(np.uint8)


def luma_of_ybr(y, cb, cr):
    y, cb, cr = (np.asarray(c, np.float64) for c in (y, cb, cr))
    red = byte(y + 1.402 * (cr - 128))
    green = byte(y - 0.114 * 1.772 / 0.587 * (cb - 128) - 0.299 * 1.402 / 0.587 * (cr - 128))
    return luma(red, green, byte(y + 1.772 * (cb - 128)))


# Elements


def padded(data, fill=b"\0"):
    return data + fill if len(data) % 2 else data


def text(value):
    return padded(value.encode("ascii"), b" ")


def words(*values):
    return struct.pack(f"<{len(values)}H", *[v & 0xFFFF for v in values])


class Elements(dict):
    """Tag to (VR, bytes); numbers in bytes are little-endian."""

    def us(self, tag, value):
        self[tag] = ("US", words(value))
        return self

    def put(self, tag, kind, value):
        self[tag] = (kind, text(value) if isinstance(value, str) else padded(value))
        return self

    def without(self, *tags):
        for tag in tags:
            del self[tag]
        return self

    def encode(self, explicit=True, big=False):
        out = b""
        for tag in sorted(self):
            kind, data = self[tag]
            out += element(tag, kind, data, explicit, big)
        return out


def swapped(kind, data):
    if kind in ("US", "SS", "OW"):
        return b"".join(data[i : i + 2][::-1] for i in range(0, len(data), 2))
    return data


def element(tag, kind, data, explicit=True, big=False, length=None):
    order = ">" if big else "<"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    length = len(data) if length is None else length
    if big:
        data = swapped(kind, data)
    if not explicit:
        return head + struct.pack(order + "I", length) + data
    if kind in LONG:
        return head + kind.encode() + b"\0\0" + struct.pack(order + "I", length) + data
    return head + kind.encode() + struct.pack(order + "H", length) + data


def sequence(elements):
    body = elements.encode()
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body


def meta(syntax, wrong_length=None):
    body = element(0x00020001, "OB", b"\0\1")
    body += element(0x00020010, "UI", padded(syntax.encode()))
    length = len(body) if wrong_length is None else wrong_length
    return b"\0" * 128 + b"DICM" + element(0x00020000, "UL", struct.pack("<I", length)) + body


PIXELS = 0x7FE00010


def fragments(*streams, delimiter=struct.pack("<HHI", 0xFFFE, 0xE0DD, 0), explicit=True):
    out = struct.pack("<HHI", 0xFFFE, 0xE000, 0)
    for stream in streams:
        out += struct.pack("<HHI", 0xFFFE, 0xE000, len(padded(stream))) + padded(stream)
    head = element(PIXELS, "OB", b"", explicit, length=0xFFFFFFFF)
    return head + out + delimiter


def grey(bits=12, allocated=16, photometric="MONOCHROME2", signed=0, sop=CR, modality="CR"):
    out = Elements()
    out.put(0x00080016, "UI", sop + "\0" if len(sop) % 2 else sop)
    out.put(0x00080060, "CS", modality)
    out.us(0x00280002, 1).put(0x00280004, "CS", photometric)
    out.us(0x00280010, HEIGHT).us(0x00280011, WIDTH)
    out.us(0x00280100, allocated).us(0x00280101, bits).us(0x00280102, bits - 1)
    out.us(0x00280103, signed)
    return out


def colour(photometric, planar=0):
    out = grey(8, 8, photometric).us(0x00280002, 3)
    return out.us(0x00280006, planar)


def windowed(elements, center="2048", width="4096"):
    return elements.put(0x00281050, "DS", center).put(0x00281051, "DS", width)


def rescaled(elements, slope="1", intercept="-1024"):
    return elements.put(0x00281053, "DS", slope).put(0x00281052, "DS", intercept)


def plain(elements, data, syntax=EXPLICIT, kind="OW", tail=b""):
    elements = Elements(elements)
    elements[PIXELS] = (kind, padded(data))
    explicit, big = syntax != IMPLICIT, syntax == BIG
    return meta(syntax) + elements.encode(explicit, big) + tail


def packed(elements, syntax, *streams, **options):
    return meta(syntax) + Elements(elements).encode() + fragments(*streams, **options)


def words16(values):
    return np.asarray(values).astype(np.int64).astype("<u2" if np.min(values) >= 0 else "<i2").tobytes()


def lut(entries, bits, first=0, count=None, data=None):
    item = Elements()
    item[0x00283002] = ("US", words(len(entries) if count is None else count, first, bits))
    item[0x00283006] = ("OW", padded(words16(np.asarray(entries)) if data is None else data))
    return sequence(item)


def voi(elements, *arguments, **options):
    elements[0x00283010] = ("SQ", lut(*arguments, **options))
    return elements


# Codecs


def rle(planes):
    """Literal runs of each plane."""
    segments = []
    for plane in planes:
        data = plane.tobytes()
        run = b"".join(bytes([len(data[i : i + 128]) - 1]) + data[i : i + 128] for i in range(0, len(data), 128))
        segments.append(padded(run))
    offsets = [64 + sum(len(s) for s in segments[:i]) for i in range(len(segments))]
    return struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(segments))) + b"".join(segments)


def j2k(values, bits, ratio=None, transform=False):
    options = {} if ratio is None else {"compression_ratios": [ratio]}
    values = np.ascontiguousarray(values)
    return bytes(encode_array(values, bits, 1 if transform else 0, transform, **options))


def jls(values, bits, near=0):
    data = np.ascontiguousarray(values).astype("u1" if bits <= 8 else "<u2").tobytes()
    samples = 3 if values.ndim == 3 else 1
    mode = 2 if samples == 3 else 0
    return bytes(encode_buffer(data, HEIGHT, WIDTH, samples, bits, near, mode))


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, **options)
    return out.getvalue()


def lossless_jpeg(values, bits):
    """ITU-T T.81 process 14, selection value 1, with one code of five bits for each category."""
    out = b"\xff\xd8" + b"\xff\xc3" + struct.pack(">HBHHBBBB", 11, bits, HEIGHT, WIDTH, 1, 1, 0x11, 0)
    out += b"\xff\xc4" + struct.pack(">HB", 19 + 17, 0) + bytes([0, 0, 0, 0, 17] + [0] * 11) + bytes(range(17))
    out += b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, 1, 0, 1, 0, 0)
    stream = ""
    for row in range(HEIGHT):
        for column in range(WIDTH):
            if row == 0 and column == 0:
                guess = 1 << (bits - 1)
            elif column == 0:
                guess = values[row - 1, 0]
            else:
                guess = values[row, column - 1]
            # Modulo 2^16 (H.1.2.1); -32768 has no further bits.
            error = (int(values[row, column]) - int(guess) + 32768) % 65536 - 32768
            size = abs(error).bit_length()
            stream += f"{size:05b}"
            if 0 < size < 16:
                stream += f"{error if error > 0 else error + (1 << size) - 1:0{size}b}"
    stream += "1" * (-len(stream) % 8)
    data = bytes(int(stream[i : i + 8], 2) for i in range(0, len(stream), 8))
    return out + data.replace(b"\xff", b"\xff\0") + b"\xff\xd9"


LINES = []


def case(name, file, right=None, *flags, refused="-", tolerance=0):
    shown = b"" if right is None else np.ascontiguousarray(right, np.uint8).tobytes()
    shown = base64.b64encode(shown).decode() if tolerance else hashlib.sha256(shown).hexdigest()
    fields = [name, refused, ",".join(flags), str(tolerance), shown, base64.b64encode(file).decode()]
    LINES.append("\t".join(fields))


ybr = np.stack([luma_y, blue_cb, red_cr], axis=-1)
rgb = np.stack([shallow, 255 - shallow, (columns * 7).astype(np.uint8)], axis=-1)
ybr_grey, rgb_grey = luma_of_ybr(luma_y, blue_cb, red_cr), luma(*np.moveaxis(rgb, -1, 0))
half = np.repeat(ybr[:, ::2, 1:], 2, axis=1)
half_grey = luma_of_ybr(luma_y, half[..., 0], half[..., 1])
pairs = np.stack([luma_y[:, ::2], luma_y[:, 1::2], ybr[:, ::2, 1], ybr[:, ::2, 2]], axis=-1)
deep_grey = window(deep, 2048, 4096)
COLOUR, BITS, LUT, ENCODING = (f"{word}_label_corrected" for word in ("colour", "bits", "lut", "encoding"))
LOSSY = "lossy_compression"
CONTRADICTS, UNREADABLE = "label_contradicts_pixels", "unreadable_attribute"


def colours():
    case("native 4:2:2 as said", plain(colour("YBR_FULL_422"), pairs.tobytes(), kind="OB"), half_grey)
    case("native 4:4:4 said to be 4:2:2", plain(colour("YBR_FULL_422"), ybr.tobytes(), kind="OB"), ybr_grey, COLOUR)
    case("native 4:2:2 said to be 4:4:4", plain(colour("YBR_FULL"), pairs.tobytes(), kind="OB"), half_grey, COLOUR)
    case("native RGB a third too short", plain(colour("RGB"), pairs.tobytes(), kind="OB"), refused=CONTRADICTS)
    case("RGB of one sample", plain(grey(8, 8, "RGB"), rgb.tobytes(), kind="OB"), refused=CONTRADICTS)
    case("MONOCHROME2 of three samples", plain(colour("MONOCHROME2"), rgb.tobytes(), kind="OB"), refused=CONTRADICTS)
    planes = [luma_y, blue_cb, red_cr]
    case("RLE said to be 4:2:2", packed(colour("YBR_FULL_422"), RLE, rle(planes)), ybr_grey, COLOUR)
    case("RLE of RGB", packed(colour("RGB"), RLE, rle(list(np.moveaxis(rgb, -1, 0)))), rgb_grey)
    stream = j2k(ybr, 8)
    case("J2K said to be 4:2:2", packed(colour("YBR_FULL_422"), J2K, stream), ybr_grey, COLOUR)
    case("J2K of YBR said to be transformed", packed(colour("YBR_RCT"), J2K, stream), ybr_grey, COLOUR)
    transformed = j2k(rgb, 8, transform=True)
    case("J2K of RGB as said", packed(colour("YBR_RCT"), J2K, transformed), rgb_grey)
    case("JPEG-LS said to be 4:2:2", packed(colour("YBR_FULL_422"), JLS, jls(ybr, 8)), ybr_grey, COLOUR)
    for label, options, name in (("RGB", {"subsampling": 0}, "JFIF said to be RGB"),
                                 ("RGB", {"subsampling": 1}, "subsampled JFIF said to be RGB")):
        stream = jpeg(Image.fromarray(rgb), **options)
        right = np.asarray(Image.open(io.BytesIO(stream)).convert("L"))
        case(name, packed(colour(label), JPEG, stream), right, COLOUR, LOSSY, tolerance=4)
    adobe = jpeg(Image.fromarray(rgb), keep_rgb=True)
    right = np.asarray(Image.open(io.BytesIO(adobe)).convert("L"))
    case("Adobe's RGB as said", packed(colour("RGB"), JPEG, adobe), right, LOSSY, tolerance=2)
    case("Adobe's RGB said to be YBR", packed(colour("YBR_FULL_422"), JPEG, adobe), right, COLOUR, LOSSY, tolerance=2)
    jfif = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    case("JFIF beside Adobe's RGB, said to be RGB",
         packed(colour("RGB"), JPEG, adobe[:2] + jfif + adobe[2:]), right, LOSSY, tolerance=2)
    app14 = b"\xff\xee" + struct.pack(">H", 14) + b"Adobe\0\x64\0\0\0\0\1"
    plain_jpeg = jpeg(Image.fromarray(rgb), subsampling=0)
    bare = plain_jpeg[:2] + plain_jpeg[plain_jpeg.index(b"\xff\xdb"):]
    ybr_right = np.asarray(Image.open(io.BytesIO(plain_jpeg)).convert("L"))
    case("Adobe's YBR said to be RGB", packed(colour("RGB"), JPEG, bare[:2] + app14 + bare[2:]), ybr_right, COLOUR, LOSSY, tolerance=4)
    case("JPEG without markers, as said", packed(colour("YBR_FULL_422"), JPEG, bare), ybr_right, LOSSY, tolerance=4)
    named = bytearray(adobe[:2] + adobe[adobe.index(b"\xff\xdb"):])
    frame = named.index(b"\xff\xc0")
    scan = named.index(b"\xff\xda")
    for i, letter in enumerate(b"RGB"):
        named[frame + 10 + 3 * i] = named[scan + 5 + 2 * i] = letter
    case("components called R, G and B, said to be YBR", packed(colour("YBR_FULL_422"), JPEG, bytes(named)), right, COLOUR, LOSSY, tolerance=2)
    tinted = np.stack([shallow, shallow, np.minimum(shallow, 200) + 55], axis=-1).astype(np.uint8)
    case("J2K of RGB said to be YBR", packed(colour("YBR_FULL"), J2K, j2k(tinted, 8, transform=True)),
         luma(*np.moveaxis(tinted, -1, 0)), COLOUR)
    case("photometric in small letters", plain(windowed(grey(photometric=" monochrome1")), words16(deep)), 255 - deep_grey)
    case("photometric missing", plain(grey().without(0x00280004), words16(deep)), refused="bad_attributes")
    case("photometric of another name", plain(grey(photometric="MONOCHROME"), words16(deep)), refused="unsupported_pixel_format")


def lengths():
    film = windowed(grey())
    case("two frames' bytes, one said", plain(film, words16(deep) * 2), refused=CONTRADICTS)
    case("half of the bytes in a whole file", plain(film, words16(deep)[:1024]), refused=CONTRADICTS)
    case("a file cut within its pixels", plain(film, words16(deep))[:-64], refused="truncated")
    case("four bytes more", plain(film, words16(deep) + b"\1\2\3\4"), deep_grey, "trailing_bytes_ignored")
    case("zeros after the pixels, in them", plain(film, words16(deep) + b"\0" * 100), deep_grey, "trailing_bytes_ignored")
    eight = windowed(grey(8, 8), "128", "256")
    case("words under a label of bytes", plain(eight, words16(shallow)), refused=CONTRADICTS)
    odd = Elements(eight).us(0x00280010, HEIGHT - 1).us(0x00280011, WIDTH - 1)
    part = shallow[:-1, :-1]
    case("an odd number of bytes", plain(odd, part.tobytes(), kind="OB"), window(part, 128, 256))
    case("frames that are no number", plain(Elements(film).put(0x00280008, "IS", "one"), words16(deep)), refused=UNREADABLE)


def depths():
    film = windowed(grey())
    dirty = deep | 0x5000
    case("other bits above 12 native ones", plain(film, words16(dirty)), deep_grey)
    case("other bits above 12 ones in RLE",
         packed(film, RLE, rle([(dirty >> 8).astype(np.uint8), (dirty & 255).astype(np.uint8)])), deep_grey)
    upper = Elements(film).us(0x00280102, 15)
    case("12 bits in the upper part of words", plain(upper, words16(deep << 4 | 3)), deep_grey)
    case("12 bits said to lie in the upper part", plain(upper, words16(deep)), deep_grey, BITS)
    case("12 bits said to lie in the lower part", plain(film, words16(deep << 4)), deep_grey, BITS)
    wide = deep * 4 + 3
    four = windowed(grey(), "8192", "16384")
    case("J2K of 14 bits, 12 said", packed(four, J2K, j2k(wide.astype(np.uint16), 14)), window(wide, 8192, 16384), BITS)
    case("JPEG-LS of 14 bits, 12 said", packed(four, JLS, jls(wide, 14)), window(wide, 8192, 16384), BITS)
    case("lossless JPEG of 14 bits, 12 said", packed(four, JPEG_LOSSLESS, lossless_jpeg(wide, 14)), window(wide, 8192, 16384), BITS)
    case("J2K of 16 bits that fit the said 12", packed(film, J2K, j2k(deep.astype(np.uint16), 16)), deep_grey)
    over = deep + 60
    lossy = jls(over, 14, near=2)
    clamped = np.clip(over, 0, 4095)
    case("overshoot of near-lossless JPEG-LS", packed(grey(), JLS_LOSSY, lossy), spread(clamped),
         "codec_values_clamped", LOSSY, tolerance=1)
    for bits in range(2, 9):
        values = (deep >> (12 - bits)).astype(np.uint8)
        case(f"JPEG-LS of {bits} bits", packed(grey(bits, 8), JLS, jls(values, bits)), spread(values))
        case(f"JPEG-LS of {bits} bits in 16", packed(grey(bits, 16), JLS, jls(values, bits)), spread(values))
    fine = (deep >> 6).astype(np.uint8)
    case("near-lossless JPEG-LS of 6 bits", packed(grey(6, 8), JLS_LOSSY, jls(fine, 6, near=1)), spread(fine), LOSSY, tolerance=10)
    flat = np.where(columns < 19, 5, 9) + (rows > 6)
    case("JPEG-LS of 4 bits with runs", packed(grey(4, 8), JLS, jls(flat, 4)), spread(flat))
    signed = deep - 2048
    units = windowed(grey(12, 16, signed=1), "0", "4096")
    right = window(signed, 0, 4096)
    case("J2K of signed values", packed(units, J2K, j2k(signed.astype(np.int16), 12)), right)
    case("J2K of signed values in 16 bits", packed(units, J2K, j2k(signed.astype(np.int16), 16)), right)
    turned = (signed & 0xFFF).astype(np.uint16)
    case("J2K of two's complement as unsigned", packed(units, J2K, j2k(turned, 12)), right)
    case("JPEG-LS of two's complement", packed(units, JLS, jls(turned, 12)), right)
    deeper = windowed(grey(16, 16, signed=1), "0", "4096")
    case("JPEG-LS of 12 bits' two's complement, 16 said", packed(deeper, JLS, jls(turned, 12)), right)
    case("lossless JPEG of 16 bits' two's complement, 12 said",
         packed(units, JPEG_LOSSLESS, lossless_jpeg(signed & 0xFFFF, 16)), right)
    unsaid = Elements(film).without(0x00280103)
    for name, syntax, stream in (("lossless JPEG", JPEG_LOSSLESS, lossless_jpeg(deep, 12)),
                                 ("JPEG-LS", JLS, jls(deep, 12)), ("J2K", J2K, j2k(deep.astype(np.uint16), 12))):
        case(f"{name} without Pixel Representation", packed(unsaid, syntax, stream), deep_grey, "attribute_assumed")
    stream = j2k(deep.astype(np.uint16), 12)
    end = stream.rindex(b"\xff\xd9")
    case("J2K without its end", packed(film, J2K, stream[:end]), deep_grey, "end_marker_missing")
    case("J2K with zeros for its end", packed(film, J2K, stream[:end] + b"\0\0\0\0"), deep_grey, "end_marker_missing")
    case("half of a J2K stream", packed(film, J2K, stream[: end // 2]), refused="corrupt")
    case("J2K under the name of JPEG", packed(film, JPEG_LOSSLESS, stream), deep_grey, ENCODING)
    cuts = [stream[: len(stream) // 2 & ~1], stream[len(stream) // 2 & ~1 :]]
    case("two frames' streams, one said", packed(film, J2K, stream, stream), refused=CONTRADICTS)
    few = Elements(film).put(0x00280008, "IS", "3")
    case("two frames' streams, three said", packed(few, J2K, stream, stream), refused=CONTRADICTS)
    case("three streams said, cut after two", packed(few, J2K, stream, stream, delimiter=b""), refused="truncated")
    case("J2K in two fragments", packed(film, J2K, *cuts), deep_grey)
    for name, syntax, whole in (("lossless JPEG", JPEG_LOSSLESS, lossless_jpeg(deep, 12)), ("JPEG-LS", JLS, jls(deep, 12))):
        for cut in (10, 64, 400):
            case(f"{name} in two fragments, of {cut} bytes and the rest", packed(film, syntax, whole[:cut], whole[cut:]), deep_grey)
    twice = Elements(film).put(0x00280008, "IS", "2")
    whole = lossless_jpeg(deep, 12)
    pieces = [whole[:64], whole[64:], whole[:200], whole[200:]]
    case("two frames in four fragments", packed(twice, JPEG_LOSSLESS, *pieces), deep_grey)
    case("lossy J2K of a transformed label", packed(colour("YBR_ICT"), J2K_LOSSY, j2k(rgb, 8, ratio=1.2, transform=True)), rgb_grey, LOSSY, tolerance=40)


def tables():
    ramp = np.arange(4096)
    for bits in (10, 12, 15):
        entries = ramp >> (12 - bits) if bits < 12 else ramp << (bits - 12)
        right = byte(entries[deep] / entries.max() * 255)
        case(f"VOI LUT of {bits} bits, 16 said", plain(voi(grey(), entries, 16), words16(deep)), byte(entries[deep] / (2**bits - 1) * 255), LUT)
    bytes8 = ramp >> 4
    right = byte(bytes8[deep] / 255 * 255)
    case("VOI LUT of bytes in words", plain(voi(grey(), bytes8, 8), words16(deep)), right)
    case("VOI LUT of bytes in the upper halves of words", plain(voi(grey(), bytes8 << 8, 8), words16(deep)), right, LUT)
    close = bytes8.astype(np.uint8).tobytes()
    case("VOI LUT of bytes, two a word", plain(voi(grey(), bytes8, 8, data=close), words16(deep)), right)
    case("VOI LUT of bytes, two a word, 16 said", plain(voi(grey(), bytes8, 16, data=close), words16(deep)), right, LUT)
    case("VOI LUT of 12 bits, 8 said", plain(voi(grey(), ramp, 8), words16(deep)), byte(deep / 4095 * 255), LUT)
    case("VOI LUT with too few entries", plain(voi(grey(), ramp[:1000], 12, count=4096), words16(deep)), refused=CONTRADICTS)
    case("VOI LUT with too many entries", plain(voi(grey(), ramp, 12, count=256), words16(deep)), refused=CONTRADICTS)
    case("VOI LUT without entries", plain(voi(grey(), ramp, 12, data=b""), words16(deep)), refused=UNREADABLE)
    units = rescaled(grey(sop=CT, modality="CT"))
    case("VOI LUT from -1024 of unsigned pixels", plain(voi(units, ramp, 12, first=-1024), words16(deep)), byte(deep / 4095 * 255))
    high = deep + 40000
    case("VOI LUT from 40000", plain(voi(grey(16), ramp, 12, first=40000), words16(high)), byte(deep / 4095 * 255))
    modality = grey()
    modality[0x00283000] = ("SQ", lut(ramp[:100], 16, count=4096))
    case("Modality LUT with too few entries", plain(modality, words16(deep)), refused=CONTRADICTS)
    inverse = np.arange(256)[::-1]
    for sop, modality, name in (("1.2.840.10008.5.1.4.1.1.12.1", "XA", "XA"), ("1.2.840.10008.5.1.4.1.1.12.2", "RF", "RF"),
                                ("1.2.840.10008.5.1.4.1.1.12.1.1", "XA", "Enhanced XA")):
        beam = windowed(grey(8, 8, sop=sop, modality=modality), "128", "256")
        beam[0x00283000] = ("SQ", lut(inverse, 8))
        case(f"Modality LUT of {name}", plain(beam, shallow.tobytes(), kind="OB"), window(shallow, 128, 256))
        slope = rescaled(windowed(grey(8, 8, sop=sop, modality=modality), "128", "256"), "-1", "255")
        case(f"Rescale Slope of {name}", plain(slope, shallow.tobytes(), kind="OB"), window(shallow, 128, 256))
    palettes(inverse)


def palettes(inverse):
    tags = ((0x00281101, 0x00281201), (0x00281102, 0x00281202), (0x00281103, 0x00281203))
    channels = (np.arange(256), inverse, np.arange(256) // 2)
    right = luma(*[c[shallow] for c in channels])

    def palette(bits, shift):
        out = grey(8, 8, "PALETTE COLOR")
        for (descriptor, data), entries in zip(tags, channels):
            out[descriptor] = ("US", words(256, 0, bits))
            out[data] = ("OW", words16(entries * shift))
        return plain(out, shallow.tobytes(), kind="OB")

    case("palette of 16 bits", palette(16, 257), right)
    case("palette of 8 bits, 16 said", palette(16, 1), right, LUT)
    case("palette of 16 bits, 8 said", palette(8, 257), right, LUT)


def numbers():
    def body(**tags):
        return rescaled(windowed(grey(sop=CT, modality="CT"), "40", "400"), **tags)

    units = deep * 0.5 - 1024
    for name, slope, intercept, flags in (
        ("with points", "0.5", "-1024.0", []), ("with commas", "0,5", "-1024,0", ["decimal_comma_read"]),
        ("with blanks around", "  0.5 ", " -1024 ", []), ("with exponents", "5e-1", "-1.024E3", []),
        ("with signs", "+0.5", "-1024", []), ("that begin with a point", ".5", "-1024.", []),
    ):
        case(f"numbers {name}", plain(body(slope=slope, intercept=intercept), words16(deep)), window(units, 40, 400), *flags)
    for name, slope, intercept in (("that may divide thousands", "1", "-1,024"), ("of two points", "0.5.1", "0"),
                                   ("that are words", "one", "0"), ("without an end", "1e", "0"), ("that are none", "NaN", "0")):
        case(f"numbers {name}", plain(body(slope=slope, intercept=intercept), words16(deep)), refused=UNREADABLE)
    case("an empty slope", plain(body(slope=""), words16(deep)), window(deep - 1024, 40, 400))

    def unknown(elements, *tags):
        for tag in tags:
            elements[tag] = ("UN", elements[tag][1])
        return elements

    # What a system that lacks the dictionary entry passes on is implicit within (PS3.5 6.2.2).
    def implicit_table(entries):
        item = Elements()
        item[0x00283002] = ("US", words(len(entries), 0, 12))
        item[0x00283006] = ("OW", words16(entries))
        body = item.encode(False)
        return struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body

    for tag, name in ((0x00281053, "Rescale Slope"), (0x00281052, "Rescale Intercept"), (0x00281050, "Window Center"), (0x00281051, "Window Width")):
        case(f"{name} as UN", plain(unknown(body(slope="0.5"), tag), words16(deep)), window(units, 40, 400))
    case("pixels as UN", plain(body(slope="0.5"), words16(deep), kind="UN"), window(units, 40, 400))
    table = grey()
    table[0x00283010] = ("UN", implicit_table(np.arange(4096)))
    case("VOI LUT Sequence as UN", plain(table, words16(deep)), byte(deep / 4095 * 255))
    case("Bits Stored as UN", plain(unknown(body(slope="0.5"), 0x00280101), words16(deep)), window(units, 40, 400))
    several = windowed(grey(), "2048\\100", "4096\\7")
    case("the first of two windows", plain(several, words16(deep)), deep_grey)
    case("the first of two windows with commas", plain(windowed(grey(), "2048,5\\1", "4096,25\\2"), words16(deep)),
         window(deep, 2048.5, 4096.25), "decimal_comma_read")
    case("a window that is a word", plain(windowed(grey(), "wide", "4096"), words16(deep)), refused=UNREADABLE)
    case("a window without a width", plain(windowed(grey()).without(0x00281051), words16(deep)), spread(deep), "window_unusable")
    case("a window of no width", plain(windowed(grey(), "2048", "0"), words16(deep)), spread(deep), "window_unusable")
    other = windowed(grey()).put(0x00281056, "CS", "CURVED")
    case("a window of an unknown form", plain(other, words16(deep)), refused=UNREADABLE)


def displays():
    for photometric, shape, turned, flags in (
        ("MONOCHROME2", "INVERSE", True, ["inverse_shape_applied"]), ("MONOCHROME1", "INVERSE", True, []),
        ("MONOCHROME2", "IDENTITY", False, []), ("MONOCHROME1", "IDENTITY", True, ["polarity_contradictory"]),
    ):
        shown = windowed(grey(photometric=photometric)).put(0x20500020, "CS", shape)
        right = 255 - deep_grey if turned else deep_grey
        case(f"{photometric} with shape {shape}", plain(shown, words16(deep)), right, *flags)
    inner = np.where((columns < 3) | (rows < 2), 0, np.maximum(deep, 400))
    right = np.where(inner == 0, 0, 255 - spread(inner, inner[inner > 0].min(), inner.max()))
    padding = grey(photometric="MONOCHROME1").us(0x00280120, 0)
    case("padding in MONOCHROME1", plain(padding, words16(inner)), right, "padding_blackened")
    unknown = Elements(padding)
    unknown[0x00280120] = ("UN", words(0))
    case("padding as UN", plain(unknown, words16(inner)), right, "padding_blackened")
    ranged = np.where(inner == 0, (rows + columns) % 6, inner)
    limits = grey(photometric="MONOCHROME1").us(0x00280120, 0).us(0x00280121, 5)
    case("a range of padding in MONOCHROME1", plain(limits, words16(ranged)), right, "padding_blackened")
    framed = np.where(inner == 0, 4095, np.minimum(inner, 3000))
    light = windowed(grey(), "1500", "3000").us(0x00280120, 4095)
    case("white padding in MONOCHROME2", plain(light, words16(framed)),
         np.where(framed == 4095, 0, window(framed, 1500, 3000)), "padding_blackened")
    case("padding that is a word", plain(grey().put(0x00280120, "LO", "none"), words16(deep)), refused=UNREADABLE)
    hot = deep.copy()
    hot[4, 4] = 65535
    calm = np.sort(hot.ravel())
    case("one hot pixel without a window", plain(grey(16), words16(hot)), spread(hot, calm[1], calm[-2]), "range_trimmed")
    sides()


def sides():
    def lying(rows_to, columns_to, view=None, modality="DX"):
        out = windowed(grey(modality=modality)).put(0x00200020, "CS", f"{rows_to}\\{columns_to}")
        return out if view is None else out.put(0x00185101, "CS", view)

    mirrored, turned, lateral = "mirrored_orientation", "turned_orientation", "lateral_view"
    for rows_to, columns_to, view, flags in (
        ("L", "F", "PA", []), ("R", "F", "PA", [mirrored]), ("L", "H", None, [mirrored, turned]), ("R", "H", None, [turned]),
        ("F", "R", None, [turned]), ("F", "L", None, [mirrored, turned]), ("H", "L", None, [turned]), ("A", "F", None, [lateral]),
        ("L", "F", "LL", [lateral]), ("L", "F", "rl", [lateral]), ("LH", "FL", None, []), ("P", "H", "LL", [turned, lateral]),
    ):
        case(f"{rows_to} {columns_to} {view or ''}".strip(), plain(lying(rows_to, columns_to, view), words16(deep)), deep_grey, *flags)
    case("a slice whose rows lead left", plain(lying("L", "P", modality="MR"), words16(deep)), deep_grey)


def encodings():
    film = windowed(grey())
    whole = Elements(film)
    whole[PIXELS] = ("OW", words16(deep))
    for said in (EXPLICIT, IMPLICIT, BIG, DEFLATED):
        for name, explicit, big in (("explicit", True, False), ("implicit", False, False), ("big-endian", True, True)):
            is_right = (said, name) in ((EXPLICIT, "explicit"), (IMPLICIT, "implicit"), (BIG, "big-endian"))
            flags = [] if is_right else [ENCODING]
            case(f"{name} under {said}", meta(said) + whole.encode(explicit, big), deep_grey, *flags)
    stream = lossless_jpeg(deep, 12)
    implicit = meta(JPEG_LOSSLESS) + film.encode(False) + fragments(stream, explicit=False)
    case("implicit with compressed pixels", implicit, deep_grey, ENCODING)
    for name, delimiter in (("nothing", b""), ("zeros", b"\0" * 8), ("many zeros", b"\0" * 300)):
        case(f"{name} in the delimiter's place", packed(film, JPEG_LOSSLESS, stream, delimiter=delimiter), deep_grey, "end_marker_missing")
    case("a fragment cut short", packed(film, JPEG_LOSSLESS, stream)[:-40], refused="truncated")
    for name, tail in (("zeros", b"\0" * 700), ("a few zeros", b"\0" * 4), ("letters", b"PADDING" * 9)):
        case(f"{name} after the data set", plain(film, words16(deep), tail=tail), deep_grey)
        case(f"{name} after the implicit data set", plain(film, words16(deep), IMPLICIT, tail=tail), deep_grey)
    case("a wrong length of the meta header", meta(EXPLICIT, wrong_length=20) + whole.encode(), deep_grey)
    case("compressed pixels under a native name", packed(film, EXPLICIT, stream), deep_grey, ENCODING)
    case("native pixels under a codec's name", plain(film, words16(deep), J2K), deep_grey, ENCODING)
    floats = Elements(film)
    floats[0x7FE00008] = ("OF", deep.astype("<f4").tobytes())
    case("float pixels", meta(EXPLICIT) + floats.encode(), refused="float_pixels")
    irreversible = j2k(deep.astype(np.uint16), 12, ratio=1.5)
    case("lossy J2K without a word of it", packed(film, J2K_LOSSY, irreversible), deep_grey, LOSSY, tolerance=30)
    image = Image.fromarray(shallow)
    stream = jpeg(image)
    right = np.asarray(Image.open(io.BytesIO(stream)))
    case("baseline JPEG without a word of it", packed(windowed(grey(8, 8), "128", "256"), JPEG, stream), window(right, 128, 256), LOSSY, tolerance=1)


if __name__ == "__main__":
    for make in (colours, lengths, depths, tables, numbers, displays, encodings):
        make()
    (OUT / "labels.tsv").write_text("\n".join(LINES) + "\n")
    print(len(LINES), "cases")

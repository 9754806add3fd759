"""The checks of `Deploy/bench/deidentify`."""

import collections
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings

import numpy
import pydicom
from PIL import Image, ImageDraw, ImageFont

import canaries

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from measuring import Parser, built, positive  # noqa: E402

# Letters of the options, what is given on the command line, and whether UIDs stay.
GROUPS = [
    ("", [], False),
    ("M", ["--retain", "modified-dates"], False),
    ("MTSG", ["--retain", "modified-dates", "--clean", "descriptors", "--clean",
              "structured-content", "--clean", "graphics"], False),
    ("UDIP", ["--retain", "uids", "--retain", "device-identity", "--retain",
              "institution-identity", "--retain", "patient-characteristics"], True),
]
# A fixed key, so that a run can be repeated; nobody's.
KEY = hashlib.sha256(b"the key of a bench").digest()
KEPT = {0x00080018, 0x00081140, 0x0020000D, 0x0020000E, 0x00200052}
FONTS = "/usr/share/fonts/truetype/dejavu/"


def parse():
    parser = Parser(prog="deidentify")
    parser.add_argument("--checkout", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--files", type=positive, default=10_000)
    parser.add_argument("--no-judge", action="store_true")
    return parser.parse_args()


class Bench:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.key = folder / "key"
        self.key.write_bytes(KEY)
        self.key.chmod(0o600)
        self.faults = collections.Counter()

    def fault(self, kind, text):
        self.faults[kind] += 1
        if self.faults[kind] <= 5:
            print(f"{kind}: {text}", file=sys.stderr)

    def run(self, out, inputs, *options):
        """The lines about files, and the last one."""
        done = subprocess.run(
            [self.program, "deidentify", "--key-file", self.key, "--out", out, "--json", *options,
             *inputs], capture_output=True, text=True)
        if done.returncode not in (0, 65):
            self.fault("run", f"exit code {done.returncode}: {done.stderr[-300:]}")
        if canaries.WORD in done.stderr:
            self.fault("message", "a message holds a canary")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[:-1], (lines[-1] if lines else {})


def identifiers(dataset, found, path=()):
    """All UIDs of a set by where they stand."""
    for element in dataset:
        if element.VR == "SQ":
            for index, item in enumerate(element.value):
                identifiers(item, found, path + (element.tag, index))
        elif element.VR == "UI" and element.value:
            found[path + (element.tag,)] = str(element.value)
    return found


def check_graph(bench, source, result, uids, retained):
    """One UID, one other, over all files; of an input and its output."""
    before, after = identifiers(source, {}), identifiers(result, {})
    for place, uid in after.items():
        old = before.get(place)
        if old is None:
            continue
        if old.startswith("1.2.840.10008.") or retained:
            # What stands in an item of dummies is one too, whatever stays elsewhere.
            if old != uid and (not retained or place[0] in KEPT):
                bench.fault("graph", "a UID that stays was changed")
        elif uids.setdefault(old, uid) != uid or old == uid:
            bench.fault("graph", "a UID has become two, or stayed")
    # Real files have been seen that name their object in meta information alone.
    if result.SOPInstanceUID not in ("", result.file_meta.MediaStorageSOPInstanceUID):
        bench.fault("graph", "meta information names another object")


def check_pixels(bench, source, result):
    if "PixelData" not in source:
        return
    if source.file_meta.TransferSyntaxUID.is_compressed:
        if not numpy.array_equal(source.pixel_array, result.pixel_array):
            bench.fault("pixels", "decoded pixels differ")
        return
    count = source.Rows * source.Columns * source.BitsAllocated // 8
    if result.PixelData != source.PixelData[:count]:
        bench.fault("pixels", "bytes of pixels differ")


def errors(path):
    """What dciodvfy calls an error, without the values that it shows."""
    said = subprocess.run(["dciodvfy", path], capture_output=True, text=True, errors="replace")
    lines = (said.stdout + said.stderr).splitlines()
    return {re.sub(r"= <.*|Unrecognized \S+ value <.*?>|got .*", "", line)
            for line in lines if line.startswith("Error")}


def check_real(bench, folders, judge):
    """Files of real machines, as far as they are there."""
    some = [folder for folder in folders if folder.is_dir()]
    if not some:
        return 0, {}
    lines, last = bench.run(bench.folder / "real-out", some, "--show-paths", *GROUPS[2][1])
    uids = {}
    for line in lines:
        if line["outcome"] == "written":
            output = bench.folder / "real-out" / line["name"]
            source, result = pydicom.dcmread(line["path"]), pydicom.dcmread(output)
            check_graph(bench, source, result, uids, False)
            if judge and (new := errors(output) - errors(line["path"])):
                bench.fault("judge", f"{pathlib.Path(line['path']).name}: {sorted(new)[:3]}")
    return last.get("written", 0), last.get("reasons", {})


def check_group(bench, maker, count, group, options, retained, judge):
    name = group or "none"
    inputs, outputs = bench.folder / f"in-{name}", bench.folder / f"out-{name}"
    inputs.mkdir()
    for number in range(count):
        maker.write(inputs / f"CANARY^{number:05}.dcm", options=group)
    begin = time.monotonic()
    lines, last = bench.run(outputs, [inputs], *options, "--show-paths")
    took = time.monotonic() - begin
    marks = [mark for mark in canaries.kinds_of_marks()
             if not (retained and mark == canaries.ROOT.encode())]
    uids, written = {}, 0
    for line in lines:
        if line["outcome"] != "written":
            bench.fault("refused", f"{group}: {line['reason']}")
            continue
        written += 1
        output = outputs / line["name"]
        data = output.read_bytes()
        for mark in marks:
            if mark in data:
                bench.fault("canary", f"{name}: {mark} in {line['file']} at {data.find(mark)}")
        source, result = pydicom.dcmread(line["path"]), pydicom.dcmread(output)
        check_graph(bench, source, result, uids, retained)
        check_pixels(bench, source, result)
        if result.PatientIdentityRemoved != "YES" or data[:128] != bytes(128):
            bench.fault("statement", "it does not say that it is de-identified")
        if judge and (new := errors(output) - errors(line["path"])):
            bench.fault("judge", f"{name}: {sorted(new)[:3]}")
    if len(set(uids.values())) != len(uids):
        bench.fault("graph", "two UIDs have become one")
    names = {line["name"] for line in lines if line["outcome"] == "written"}
    if len(names) != written or canaries.WORD in "".join(names):
        bench.fault("names", "names of outputs are not their own, or tell of inputs")
    check_again(bench, name, inputs, outputs, options)
    return written, took


def check_again(bench, name, inputs, outputs, options):
    """The same once more gives the same, what was written stays as it is, nothing is replaced."""
    second, third = bench.folder / f"again-{name}", bench.folder / f"twice-{name}"
    some = sorted(inputs.iterdir())[:200]
    bench.run(second, some, *options)
    for file in second.iterdir():
        if file.read_bytes() != (outputs / file.name).read_bytes():
            bench.fault("again", "a second run gives other bytes")
    bench.run(third, [second], *options)
    for file in second.iterdir():
        other = third / file.name
        if not other.exists() or other.read_bytes() != file.read_bytes():
            bench.fault("again", "what was written does not come through unchanged")
    _, last = bench.run(second, some, *options)
    if last.get("written") != 0 or set(last.get("reasons", {})) - {"already_there"}:
        bench.fault("again", f"something was written over: {last}")


def check_bad(bench, maker, count):
    """Files that somebody hostile has made."""
    folder, generator = bench.folder / "bad", random.Random(7)
    folder.mkdir()
    whole = maker.write(bench.folder / "whole.dcm").read_bytes()
    deep = whole[:132] + plain_meta() + b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" + (
        b"\xfe\xff\x00\xe0\xff\xff\xff\xff\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff") * 20_000
    made = [deep, b"", whole[:131], whole[:132], bytes(200),
            whole[:132] + plain_meta() + b"\x08\x00\x05\x00UT\0\0\xfe\xff\xff\xff",
            whole[:132] + plain_meta() + b"\x08\x00\x15\x11SQ\0\0\xfe\xff\xff\xff" + b"\xfe\xff\x00\xe0"]
    while len(made) < count:
        data = bytearray(whole)
        for _ in range(generator.randrange(1, 5)):
            data[generator.randrange(132, len(data))] = generator.choice([0, 255, 127, 128, 1])
        made.append(bytes(data[:generator.randrange(len(data))] if len(made) % 2 else data))
    for number, data in enumerate(made):
        (folder / f"{number:05}").write_bytes(data)
    lines, last = bench.run(bench.folder / "bad-out", [folder])
    if len(lines) != len(made):
        bench.fault("bad", f"{len(lines)} answers for {len(made)} files")
    return last.get("refused", 0)


def cache():
    return pathlib.Path(os.environ.get("VIGIL_CACHE", ".cache"))


def plain_meta():
    value = b"1.2.840.10008.1.2.1\0"
    return b"\x02\x00\x10\x00UI" + len(value).to_bytes(2, "little") + value


def check_text(bench, maker, count):
    """The share of pictures with a name drawn in that is refused, and what is refused by its class."""
    folder, generator = bench.folder / "text", random.Random(11)
    folder.mkdir()
    plain = maker.picture(bench.folder / "picture.dcm")
    for number in range(count):
        draw_one(plain, generator, folder / f"{number:05}.dcm", number)
    lines, last = bench.run(bench.folder / "text-out", [folder])
    found = last["reasons"].get("burned_in_by_pixels", 0)
    captured = bench.folder / "captured.dcm"
    for attribute, value, reason in [
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7", "burned_in_by_class"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.6.1", "burned_in_by_class"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.104.1", "opaque_object"),
        ("SOPClassUID", "1.2.3", "unknown_class"), ("BurnedInAnnotation", "YES", "burned_in_by_tag"),
        ("RecognizableVisualFeatures", "YES", "recognizable"),
        ("ConversionType", "WSD", "burned_in_by_kind"),
        ("PhotometricInterpretation", "RGB", "burned_in_by_kind"),
    ]:
        changed = pydicom.dcmread(bench.folder / "picture.dcm")
        setattr(changed, attribute, value)
        changed.save_as(captured)
        lines, _ = bench.run(bench.folder / "captured-out", [captured])
        if [line.get("reason") for line in lines] != [reason]:
            bench.fault("class", f"{attribute} {value}: {lines}")
    return found


def draw_one(plain, generator, path, number):
    size, side = generator.choice([12, 14, 16, 20, 24, 32]), 512
    y, x = numpy.mgrid[0:side, 0:side]
    noise = numpy.random.default_rng(number).normal(0, 6, (side, side))
    body = 150 * numpy.exp(-((x - 256) ** 2 + (y - 256) ** 2) / 40_000) + noise
    image = Image.fromarray(body.clip(0, 255).astype("u1"))
    font = ImageFont.truetype(FONTS + generator.choice(
        ["DejaVuSans.ttf", "DejaVuSansMono.ttf", "DejaVuSans-Bold.ttf"]), size)
    text = generator.choice(["DOE^JANE", "MUSTERMANN ERIKA", "Smith, John A.", "1234567 1962-03-04"])
    place = generator.randrange(4, side - 8 - int(font.getlength(text))), generator.choice(
        [4, 480 - size, generator.randrange(side - 2 * size)])
    ImageDraw.Draw(image).text(place, text, fill=255, font=font)
    made = plain
    made.Rows = made.Columns = side
    made.BitsAllocated, made.BitsStored, made.HighBit = 8, 8, 7
    made.PhotometricInterpretation, made.SOPInstanceUID = "MONOCHROME2", f"1.2.3.4.{number}"
    made.WindowCenter, made.WindowWidth = 128, 256
    made.PixelData = image.tobytes()
    made["PixelData"].VR = "OB"
    made.save_as(path)


def main():
    arguments = parse()
    # Of values that are canaries, and attributes newer than pydicom.
    warnings.simplefilter("ignore")
    program = built("vigil-lab", arguments)
    table = canaries.rows(arguments.checkout)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(program, pathlib.Path(name))
        maker = canaries.Maker(table, 20261130)
        share = max(8, arguments.files // len(GROUPS))
        written, took = 0, 0.0
        for group, options, retained in GROUPS:
            some, seconds = check_group(
                bench, maker, share, group, options, retained, not arguments.no_judge)
            written, took = written + some, took + seconds
        text = max(20, arguments.files // 50)
        bad = max(40, arguments.files // 10)
        real, reasons = check_real(
            bench, [arguments.checkout / "../shared/data", cache() / "pydicom-data"],
            not arguments.no_judge)
        result = {
            "files": share * len(GROUPS), "written": written, "rows": len(table),
            "files_per_second": round(written / took, 1) if took else 0,
            "real_written": real, "real_refused": reasons, "bad_files": bad, "bad_refused": check_bad(bench, maker, bad),
            "texts": text, "texts_found": check_text(bench, maker, text),
            "faults": dict(bench.faults), "seconds": round(time.monotonic() - begin),
        }
    print(json.dumps(result))
    if result["texts_found"] < 0.8 * text:
        sys.exit(1)
    sys.exit(1 if bench.faults else 0)


main()

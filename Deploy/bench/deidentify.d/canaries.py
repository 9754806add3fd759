"""Made DICOM files that hold a canary wherever a name may stand."""

import io
import random
import re

import numpy
import pydicom
from PIL import Image
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit)

WORD = "CANARY"
DATE = "19470813"
TIME = "134657"
ROOT = "1.2.3.987654321"
CHARSETS = {
    "": "CANARY^ASCII", "ISO_IR 100": "CANARY^Müller", "ISO_IR 192": "CANARY^Ünïcödé",
    "\\ISO 2022 IR 87": "CANARY^Yamada=\x1b$B;3ED\x1b(B^CANARY", "GB18030": "CANARY^王",
}
CT = "1.2.840.10008.5.1.4.1.1.2"
SR = "1.2.840.10008.5.1.4.1.1.88.33"


def rows(checkout):
    """The table's lines: number, kind, action, letters of options."""
    found = []
    folder = checkout / "Sources/Domain/Deidentification/Table"
    for name in sorted(folder.glob("ConfidentialityTable+*Rows.swift")):
        for line in name.read_text().splitlines():
            match = re.match(r"\s+([0-9A-F]{8}) (\w\w) (\S+)\s+\S+\s+(\S+)", line)
            if match:
                found.append((int(match[1], 16), match[2], match[3], match[4]))
    return found


class Maker:
    def __init__(self, table, seed):
        self.table = [row for row in table if row[0] not in OWN and row[0] >> 16 >= 8]
        self.random = random.Random(seed)
        self.next = 0

    def uid(self, kind, number):
        return f"{ROOT}.{kind}.{number}"

    def value(self, kind, text):
        """A canary of a kind."""
        plain = {
            "AE": "CANARYAE", "AS": "047Y", "AT": 0x43414E41, "CS": "CANARYCS", "DA": DATE,
            "DS": "471147.11", "DT": f"{DATE}{TIME}.123456+0100", "FD": 4711.4711, "FL": 4711.5,
            "IS": "+47114711", "LO": text[:60], "LT": text, "PN": text, "SH": text[:14],
            "SL": 471147, "SS": 4711, "ST": text, "SV": 471147, "TM": f"{TIME}.5",
            "UC": text, "UI": f"{ROOT}.9.{self.random.randrange(10 ** 9)}", "UL": 471147,
            "UR": "https://CANARY.example/CANARY", "US": 4711, "UT": text, "UV": 471147,
        }
        if kind in plain:
            return plain[kind]
        form = self.random.choice(["ascii", "utf-16-le", "utf-16-be"])
        return (WORD * 4).encode(form)

    def element(self, tag, kind, text, depth=0):
        if kind != "SQ":
            kind = "OB" if kind == "UN" and self.random.random() < 0.5 else kind
            return DataElement(tag, kind, self.value(kind, text))
        item = Dataset()
        for row in self.random.sample(self.table, 3 if depth < 3 else 1):
            if row[1] != "SQ" or depth < 3:
                item.add(self.element(row[0], row[1], text, depth + 1))
        item.add_new(0x00080100, "SH", "CANARYCODE")
        item.add_new(0x00080102, "SH", "99CANARY")
        item.add_new(0x00080104, "LO", text[:60])
        self.private(item, text)
        return DataElement(tag, "SQ", Sequence([item]))

    def private(self, dataset, text, group=0x0029):
        dataset.add_new(group << 16 | 0x10, "LO", "CANARY CREATOR")
        for number, kind in enumerate(["LO", "PN", "UT", "UN", "OB", "DA", "SH", "UI", "IS"]):
            dataset.add(DataElement(
                group << 16 | 0x1000 + number, kind, self.value(kind, text)))
        inner = Dataset()
        inner.add_new(0x00100010, "PN", text)
        inner.add_new(group << 16 | 0x10, "LO", "CANARY CREATOR")
        inner.add_new(group << 16 | 0x1001, "LO", text[:60])
        dataset.add_new(group << 16 | 0x1020, "SQ", Sequence([inner]))

    def frame(self, dataset, patient, study, number):
        """What an image of CT has to have, with references to others of its study."""
        dataset.SOPClassUID = CT
        dataset.SOPInstanceUID = self.uid(1, number)
        dataset.StudyInstanceUID = self.uid(2, study)
        dataset.SeriesInstanceUID = self.uid(3, study)
        dataset.FrameOfReferenceUID = self.uid(4, study)
        dataset.PatientID = f"CANARY-{patient}"
        dataset.PatientBirthDate = DATE
        dataset.PatientSex = "O"
        dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = DATE
        dataset.ContentDate = DATE
        dataset.StudyTime = dataset.SeriesTime = dataset.AcquisitionTime = TIME
        dataset.ContentTime = TIME
        dataset.AccessionNumber = "CANARY ACC"
        dataset.ReferringPhysicianName = "CANARY^REF"
        dataset.StudyID = "CANARY"
        dataset.Modality = "CT"
        dataset.Manufacturer = "ACME"
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        dataset.SeriesNumber, dataset.AcquisitionNumber = 1, 1
        dataset.InstanceNumber = number % 1000
        dataset.KVP, dataset.SliceThickness = "120", "5"
        dataset.PatientPosition = "HFS"
        dataset.PositionReferenceIndicator = ""
        dataset.PixelSpacing = [1, 1]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.ImagePositionPatient = [0, 0, number % 100]
        dataset.RescaleIntercept, dataset.RescaleSlope = "0", "1"
        references = Sequence()
        for other in {max(0, number - 1), number // 8 * 8}:
            item = Dataset()
            item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CT, self.uid(1, other)
            references.append(item)
        dataset.ReferencedImageSequence = references

    def pixels(self, dataset, syntax, number):
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.Rows = dataset.Columns = 64
        y, x = numpy.mgrid[0:64, 0:64]
        shape = (100 * numpy.exp(-((x - 32) ** 2 + (y - 30 - number % 7) ** 2) / 300)).astype("u2")
        if syntax == JPEGBaseline8Bit:
            dataset.BitsAllocated = dataset.BitsStored = 8
            stream = io.BytesIO()
            Image.fromarray(shape.astype("u1")).save(
                stream, "JPEG", quality=95, comment=b"CANARY in a comment",
                exif=b"Exif\0\0II*\0CANARY CANARY")
            data = stream.getvalue() + b"CANARY!!"
            dataset.PixelData = encapsulate([data + b"\0" * (len(data) & 1)])
            dataset["PixelData"].is_undefined_length = True
            dataset.LossyImageCompression = "01"
            dataset.LossyImageCompressionRatio, dataset.LossyImageCompressionMethod = 10, "ISO_10918_1"
        else:
            dataset.BitsAllocated, dataset.BitsStored = 16, 12
            form = ">u2" if syntax == ExplicitVRBigEndian else "<u2"
            dataset.PixelData = shape.astype(form).tobytes() + b"CANARY BEHIND THE PIXELS"
        dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, 0

    def report(self, dataset, text):
        """The content of a report, with names and texts between its codes and numbers."""
        dataset.SOPClassUID, dataset.Modality = SR, "SR"
        for name in ("ImageType", "PixelData", "Rows", "Columns"):
            if name in dataset:
                del dataset[name]
        dataset.ValueType, dataset.ContinuityOfContent = "CONTAINER", "SEPARATE"
        content = Sequence()
        for kind, name, value in [
            ("TEXT", "TextValue", text), ("PNAME", "PersonName", text), ("DATE", "Date", DATE),
            ("DATETIME", "DateTime", DATE + TIME), ("UIDREF", "UID", self.uid(1, 3)),
        ]:
            item = Dataset()
            item.RelationshipType, item.ValueType = "CONTAINS", kind
            code = Dataset()
            code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "121071", "DCM", "Finding"
            item.ConceptNameCodeSequence = Sequence([code])
            setattr(item, name, value)
            content.append(item)
        dataset.ContentSequence = content

    def write(self, path, options="", share=40):
        """One file, of which the letters of options say which rows would keep what they hold."""
        number, self.next = self.next, self.next + 1
        charset, text = self.random.choice(list(CHARSETS.items()))
        syntax = self.random.choice([
            ExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian,
            ExplicitVRBigEndian, JPEGBaseline8Bit])
        dataset = Dataset()
        dataset.SpecificCharacterSet = charset
        isReport = "S" in options and number % 5 == 0
        if isReport:
            syntax = ExplicitVRLittleEndian
        chosen = [row for row in self.table
                  if not any(letter in row[3] for letter in options if letter != "M")
                  and not (row[1] == "SQ" and (row[2] == "X/Z/U*" or any(
                      letter.lower() in row[3] for letter in options)))]
        count = len(chosen) if number % 50 == 0 else min(share, len(chosen))
        for tag, kind, _, _ in self.random.sample(chosen, count):
            dataset.add(self.element(tag, kind, text))
        self.frame(dataset, number // 16, number // 8, number)
        dataset.PatientName = text
        if isReport:
            self.report(dataset, text)
        else:
            self.pixels(dataset, syntax, number)
        self.private(dataset, text)
        self.private(dataset, text, 0x7FE1)
        if number % 3 == 0:
            dataset.add_new(0x50000005, "US", 1)
            dataset.add_new(0x50003000, "OW", b"CANARYCANARY")
            dataset.add_new(0x60020010, "US", 8)
            dataset.add_new(0x60023000, "OW", b"CANARY")
            dataset.add_new(0x60024000, "LT", text)
        if number % 4 == 0:
            dataset.add_new(0xFFFCFFFC, "OB", b"CANARYCANARY")
        for element in dataset:
            if element.VR == "SQ" and number % 2:
                element.is_undefined_length = True
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        meta.TransferSyntaxUID = syntax
        meta.ImplementationVersionName = "CANARY"
        meta.SourceApplicationEntityTitle = "CANARY"
        meta.PrivateInformationCreatorUID = f"{ROOT}.7"
        meta.PrivateInformation = b"CANARY META "
        implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
        file = FileDataset(
            None, dataset, file_meta=meta, preamble=b"CANARY" * 21 + b"..",
            is_implicit_VR=implicit, is_little_endian=little)
        pydicom.dcmwrite(path, file, enforce_file_format=True)
        if number % 4 == 1:
            with open(path, "ab") as end:
                end.write(b"\0" * 64)
        return path


    def picture(self, path):
        """A file that nothing speaks against, without canaries among its own values."""
        dataset = Dataset()
        self.frame(dataset, 0, 0, 10 ** 6)
        self.pixels(dataset, ExplicitVRLittleEndian, 0)
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        file = FileDataset(
            None, dataset, file_meta=meta, is_implicit_VR=False, is_little_endian=True)
        pydicom.dcmwrite(path, file, enforce_file_format=True)
        return pydicom.dcmread(path)


# What a made file has values of its own in.
OWN = {
    0x00080016, 0x00080018, 0x00080020, 0x00080021, 0x00080022, 0x00080023, 0x00080030, 0x00080031,
    0x00080032, 0x00080033, 0x00080050, 0x00080090, 0x00081140, 0x00100010, 0x00100020, 0x00100030,
    0x00100040, 0x0020000D, 0x0020000E, 0x00200010, 0x00200052, 0x0040A730, 0x00420011, 0xFFFAFFFA,
    0xFFFCFFFC,
}


def kinds_of_marks():
    """The bytes that no output may hold."""
    marks = [WORD.encode(), WORD.lower().encode(), WORD.encode("utf-16-le"), WORD.encode("utf-16-be"),
             ROOT.encode(), DATE.encode(), "Müller".encode("latin-1"), "Ünïcödé".encode(), b";3ED",
             b"+47114711", b"471147.11", b"https://"]
    return marks

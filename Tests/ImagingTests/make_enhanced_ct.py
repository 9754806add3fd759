#!/usr/bin/env python3
"""Makes Vectors/enhanced-ct.dcm with pydicom and numpy: an Enhanced CT of six frames of 3 x 2 pixels.

    VENV/bin/python Tests/ImagingTests/make_enhanced_ct.py

VENV as for make_vectors.py. Each frame has a position, a spacing and a rescale of its own; they do
not lie in the order of their positions. Orientation is shared.
"""

import pathlib

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

OUT = pathlib.Path(__file__).parent / "Vectors" / "enhanced-ct.dcm"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
ORDER = [3, 0, 5, 1, 4, 2]


def macro(**attributes):
    item = Dataset()
    for name, value in attributes.items():
        setattr(item, name, value)
    return Sequence([item])


def frame_groups(index):
    groups = Dataset()
    groups.PlanePositionSequence = macro(ImagePositionPatient=[-10, -20, 2.5 * index])
    groups.PixelMeasuresSequence = macro(PixelSpacing=[0.8, 0.7], SliceThickness=2.5)
    groups.PixelValueTransformationSequence = macro(
        RescaleSlope=1, RescaleIntercept=-100 * (index + 1), RescaleType="HU")
    return groups


def main():
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ENHANCED_CT
    meta.MediaStorageSOPInstanceUID = "2.25.3"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = ENHANCED_CT, "2.25.3"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "2.25.1", "2.25.2"
    ds.Modality = "CT"
    ds.NumberOfFrames, ds.Rows, ds.Columns, ds.SamplesPerPixel = len(ORDER), 2, 3, 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated = ds.BitsStored = 16
    ds.HighBit, ds.PixelRepresentation = 15, 1
    shared = Dataset()
    shared.PlaneOrientationSequence = macro(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    ds.PerFrameFunctionalGroupsSequence = Sequence([frame_groups(i) for i in ORDER])
    frames = [np.arange(6) + 25 * i + 100 * (i + 1) for i in ORDER]
    ds.PixelData = np.concatenate(frames).astype("<i2").tobytes()
    pydicom.dcmwrite(OUT, ds, enforce_file_format=True)


if __name__ == "__main__":
    main()

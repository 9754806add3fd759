// JPEG-LS lossless (transfer syntax .80) by DCMTK, whose encoder works on a data set.

#include "internal.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>

namespace vigil {
namespace {

// One element for each frame, in one fragment, and no table of offsets.
void registerOnce() {
    static const bool done = [] {
        DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFTrue, 0, OFFalse, EJLSUC_never);
        return true;
    }();
    (void)done;
}

void describe(DcmDataset &set, const Frame &frame) {
    set.putAndInsertString(DCM_PhotometricInterpretation, "MONOCHROME2");
    set.putAndInsertUint16(DCM_SamplesPerPixel, 1);
    set.putAndInsertUint16(DCM_Rows, Uint16(frame.rows));
    set.putAndInsertUint16(DCM_Columns, Uint16(frame.columns));
    set.putAndInsertUint16(DCM_BitsAllocated, 16);
    set.putAndInsertUint16(DCM_BitsStored, Uint16(frame.bits));
    set.putAndInsertUint16(DCM_HighBit, Uint16(frame.bits - 1));
    set.putAndInsertUint16(DCM_PixelRepresentation, 0);
}

}  // namespace

std::vector<uint8_t> encodeJpegLs(const Frame &frame) {
    registerOnce();
    DcmDataset set;
    describe(set, frame);
    const unsigned long count = (unsigned long)frame.rows * frame.columns;
    if (set.putAndInsertUint16Array(DCM_PixelData, frame.pixels, count).bad()) return {};
    DJLSRepresentationParameter lossless(0, OFTrue);
    if (set.chooseRepresentation(EXS_JPEGLSLossless, &lossless).bad()) return {};
    DcmElement *element = nullptr;
    if (set.findAndGetElement(DCM_PixelData, element).bad()) return {};
    auto *pixels = OFstatic_cast(DcmPixelData *, element);
    DcmPixelSequence *sequence = nullptr;
    if (pixels->getEncapsulatedRepresentation(EXS_JPEGLSLossless, &lossless, sequence).bad()) {
        return {};
    }
    DcmPixelItem *item = nullptr;
    Uint8 *bytes = nullptr;
    // Item 0 is the table of offsets.
    if (sequence->getItem(item, 1).bad() || item->getUint8Array(bytes).bad()) return {};
    return std::vector<uint8_t>(bytes, bytes + item->getLength());
}

}  // namespace vigil

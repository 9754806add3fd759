// The image pixel module (PS3.3 C.7.6.3), held against itself.

#include "dicom.hpp"

#include <algorithm>

namespace vigil {
namespace {

bool isColour(const std::string &photometric) {
    return photometric == "RGB" || photometric.rfind("YBR_", 0) == 0;
}

// The attributes that say how many samples a pixel has agree.
void checkSamples(const PixelFormat &format) {
    const uint32_t samples = format.geometry.samples;
    const std::string &name = format.photometric;
    require(!name.empty(), VIGIL_DECODE_BAD_ATTRIBUTES, VIGIL_LABEL_PHOTOMETRIC);
    const bool isSingle =
        name == "MONOCHROME1" || name == "MONOCHROME2" || name == "PALETTE COLOR";
    require(isSingle || isColour(name), VIGIL_DECODE_PIXEL_FORMAT, VIGIL_LABEL_PHOTOMETRIC);
    require(samples == 1 || samples == 3, VIGIL_DECODE_PIXEL_FORMAT, VIGIL_LABEL_SAMPLES);
    require(isSingle == (samples == 1), VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_PHOTOMETRIC);
}

void readBits(DcmItem &dataset, PixelFormat &format) {
    const auto stated = unsignedOf(dataset, DCM_BitsAllocated);
    require(stated.has_value(), VIGIL_DECODE_BAD_ATTRIBUTES, VIGIL_LABEL_BITS);
    const uint32_t allocated = *stated;
    const bool width = allocated == 1 || allocated == 8 || allocated == 16 || allocated == 32;
    require(width, VIGIL_DECODE_PIXEL_FORMAT, VIGIL_LABEL_BITS);
    const uint32_t bits = unsignedOf(dataset, DCM_BitsStored).value_or(allocated);
    require(bits >= 1 && bits <= allocated, VIGIL_DECODE_BAD_ATTRIBUTES, VIGIL_LABEL_BITS);
    const uint32_t highBit = unsignedOf(dataset, DCM_HighBit).value_or(bits - 1);
    require(highBit < allocated && highBit + 1 >= bits, VIGIL_DECODE_BAD_ATTRIBUTES,
            VIGIL_LABEL_BITS);
    format.bitsAllocated = allocated;
    format.stored.bytes = allocated == 1 ? 1 : allocated / 8;
    format.stored.bits = bits;
    format.stored.shift = highBit + 1 - bits;
    const auto representation = unsignedOf(dataset, DCM_PixelRepresentation);
    format.isSignStated = representation.has_value();
    format.stored.isSigned = representation.value_or(0) == 1;
}

}  // namespace

PixelFormat readPixelFormat(DcmItem &dataset) {
    PixelFormat format;
    const auto rows = unsignedOf(dataset, DCM_Rows);
    const auto columns = unsignedOf(dataset, DCM_Columns);
    require(rows && columns, VIGIL_DECODE_BAD_ATTRIBUTES, VIGIL_LABEL_SIZE);
    format.geometry.rows = *rows;
    format.geometry.columns = *columns;
    format.geometry.samples = unsignedOf(dataset, DCM_SamplesPerPixel).value_or(1);
    format.geometry.frames = std::max(1u, unsignedOf(dataset, DCM_NumberOfFrames).value_or(1));
    format.photometric = codeOf(dataset, DCM_PhotometricInterpretation);
    format.planar = unsignedOf(dataset, DCM_PlanarConfiguration).value_or(0) == 1;
    checkSamples(format);
    readBits(dataset, format);
    require(format.bitsAllocated > 1 || format.geometry.samples == 1, VIGIL_DECODE_PIXEL_FORMAT,
            VIGIL_LABEL_BITS);
    return format;
}

void completeForCodec(DcmItem &dataset, const PixelFormat &format, const std::string &colour) {
    const auto put = [&dataset](const DcmTagKey &tag, uint32_t value) {
        require(dataset.putAndInsertUint16(tag, Uint16(value)).good(), VIGIL_DECODE_INTERNAL);
    };
    put(DCM_SamplesPerPixel, format.geometry.samples);
    put(DCM_Rows, format.geometry.rows);
    put(DCM_Columns, format.geometry.columns);
    put(DCM_BitsAllocated, format.bitsAllocated);
    put(DCM_BitsStored, format.stored.bits);
    put(DCM_HighBit, format.stored.bits + format.stored.shift - 1);
    put(DCM_PixelRepresentation, format.stored.isSigned ? 1 : 0);
    if (format.geometry.samples > 1) put(DCM_PlanarConfiguration, 0);
    const auto named = dataset.putAndInsertString(DCM_PhotometricInterpretation, colour.c_str());
    require(named.good(), VIGIL_DECODE_INTERNAL);
}

}  // namespace vigil

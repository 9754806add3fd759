// JPEG 2000 (transfer syntaxes .90 and .91) by OpenJPEG.

#include "internal.hpp"

#include <algorithm>
#include <cstring>

#include "COpenJPEG.hpp"

namespace vigil {
using namespace jpeg2000;
namespace {

// The header of the image must be what the data set announced, since limits were checked on that.
void checkHeader(const opj_image_t &image, const Geometry &geometry) {
    require(image.numcomps == geometry.samples, VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_SAMPLES);
    require(image.x1 > image.x0 && image.y1 > image.y0, VIGIL_DECODE_CORRUPT);
    require(image.x1 - image.x0 == geometry.columns && image.y1 - image.y0 == geometry.rows,
            VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_SIZE);
    for (uint32_t i = 0; i < image.numcomps; ++i) {
        const auto &component = image.comps[i];
        require(component.dx == 1 && component.dy == 1, VIGIL_DECODE_PIXEL_FORMAT);
        require(component.prec >= 1 && component.prec <= 32, VIGIL_DECODE_PIXEL_FORMAT);
    }
}

// What the coding style of the main header says (T.800 A.6.1): whether components are transformed
// into others, and whether the wavelet is the irreversible one.
void readCodingStyle(Bytes stream, CodecSamples &made) {
    const auto start = static_cast<const uint8_t *>(
        memmem(stream.data, stream.count, "\xff\x4f\xff\x51", 4));
    if (start == nullptr) return;
    size_t at = size_t(start - stream.data) + 2;
    while (at + 4 <= stream.count && stream[at] == 0xff && stream[at + 1] != 0x90) {
        const size_t length = size_t(stream[at + 2]) << 8 | stream[at + 3];
        if (stream[at + 1] == 0x52 && at + 14 <= stream.count) {
            made.hasTransform = stream[at + 8] == 1;
            made.isLossy = stream[at + 13] == 0;
        }
        at += 2 + length;
    }
}

template <typename Sample>
void interleave(const opj_image_t &image, const Geometry &geometry, uint8_t *out) {
    const size_t pixels = geometry.pixels();
    for (uint32_t c = 0; c < image.numcomps; ++c) {
        const OPJ_INT32 *in = image.comps[c].data;
        for (size_t i = 0; i < pixels; ++i) {
            const Sample value = Sample(uint32_t(in[i]));
            std::memcpy(out + (i * image.numcomps + c) * sizeof(Sample), &value, sizeof value);
        }
    }
}

// All components as the deepest one is.
void describe(const opj_image_t &image, CodecSamples &made) {
    made.precision = 1;
    for (uint32_t i = 0; i < image.numcomps; ++i) {
        made.precision = std::max<uint32_t>(made.precision, image.comps[i].prec);
    }
    made.isSigned = image.comps[0].sgnd != 0;
    made.bytes = made.precision <= 8 ? 1 : made.precision <= 16 ? 2 : 4;
    made.narrowsSign = true;
}

}  // namespace

std::vector<uint8_t> decodeJpeg2000(Bytes stream, const Geometry &geometry,
                                    CodecSamples &made) {
    const std::vector<uint8_t> completed = completedCodestream(stream);
    if (!completed.empty()) stream = Bytes{completed.data(), completed.size()};
    const bool boxed = stream.startsWith("\0\0\0\x0cjP  \r\n\x87\n", 12);
    require(boxed || stream.startsWith("\xff\x4f\xff\x51", 4), VIGIL_DECODE_CORRUPT);
    Source source{stream.data, stream.count};
    Stream opened = openStream(source);
    if (!opened) throw std::bad_alloc();
    Codec codec(opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
    if (!codec) throw std::bad_alloc();
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    require(opj_setup_decoder(codec.get(), &parameters), VIGIL_DECODE_CORRUPT);
    // Strict: half an image is an error, not a picture.
    opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE);

    opj_image_t *raw = nullptr;
    const OPJ_BOOL known = opj_read_header(opened.get(), codec.get(), &raw);
    Image image(raw);
    require(known && image, VIGIL_DECODE_CORRUPT);
    checkHeader(*image, geometry);
    require(opj_decode(codec.get(), opened.get(), image.get()), VIGIL_DECODE_CORRUPT);
    for (uint32_t i = 0; i < image->numcomps; ++i) {
        const auto &component = image->comps[i];
        require(component.data != nullptr && component.w == geometry.columns &&
                    component.h == geometry.rows,
                VIGIL_DECODE_CORRUPT);
    }
    describe(*image, made);
    readCodingStyle(stream, made);
    std::vector<uint8_t> out(geometry.pixels() * geometry.samples * made.bytes);
    switch (made.bytes) {
    case 1: interleave<uint8_t>(*image, geometry, out.data()); break;
    case 2: interleave<uint16_t>(*image, geometry, out.data()); break;
    case 4: interleave<uint32_t>(*image, geometry, out.data()); break;
    default: fail(VIGIL_DECODE_PIXEL_FORMAT);
    }
    return out;
}

}  // namespace vigil

// Colour samples to 8-bit grey.

#include "internal.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace vigil {
namespace {

// Brings a sample to 8 bits: the high bits of a deeper one, a stretch of a shallower one.
uint8_t toByte(uint32_t value, uint32_t bits) {
    if (bits == 8) return uint8_t(value);
    if (bits > 8) return uint8_t(value >> (bits - 8));
    const uint32_t top = (1u << bits) - 1;
    return uint8_t((std::min(value, top) * 255 + top / 2) / top);
}

uint8_t clampedByte(double value) {
    return uint8_t(std::clamp(std::floor(value + 0.5), 0.0, 255.0));
}

// Full-range YCbCr to grey through RGB (PS3.3 C.7.6.3.1.2), as a display makes it.
uint8_t greyOfYbr(uint8_t y, uint8_t cb, uint8_t cr) {
    const double blue = double(cb) - 128;
    const double red = double(cr) - 128;
    return luma(clampedByte(y + 1.402 * red),
                clampedByte(y - 0.114 * 1.772 / 0.587 * blue - 0.299 * 1.402 / 0.587 * red),
                clampedByte(y + 1.772 * blue));
}

struct SampleReader {
    Bytes samples;
    uint32_t width;
    uint32_t bits;

    uint8_t at(size_t index) const {
        const uint8_t *p = samples.data + index * width;
        uint32_t value = p[0];
        for (uint32_t i = 1; i < width; ++i) value |= uint32_t(p[i]) << (8 * i);
        if (bits < 32) value &= (1u << bits) - 1;
        return toByte(value, bits);
    }
};

// Uncompressed 4:2:2 (PS3.3 C.7.6.3.1.2): Y1 Y2 Cb Cr for each pair of pixels.
void subsampledToGrey(Bytes samples, const Geometry &geometry, uint8_t *out) {
    const size_t pixels = geometry.pixels();
    require(geometry.columns % 2 == 0, VIGIL_DECODE_PIXEL_FORMAT);
    require(samples.count >= pixels * 2, VIGIL_DECODE_TRUNCATED);
    for (size_t pair = 0; pair < pixels / 2; ++pair) {
        const uint8_t *p = samples.data + pair * 4;
        out[2 * pair] = greyOfYbr(p[0], p[2], p[3]);
        out[2 * pair + 1] = greyOfYbr(p[1], p[2], p[3]);
    }
}

}  // namespace

bool looksLikeYbr(Bytes samples, uint32_t bytes, uint32_t bits) {
    const SampleReader reader{samples, bytes, bits};
    uint64_t fromMiddle = 0;
    uint64_t fromFirst = 0;
    for (size_t i = 0; i + 2 < samples.count / bytes; i += 3) {
        const int first = reader.at(i);
        for (size_t c = 1; c < 3; ++c) {
            const int value = reader.at(i + c);
            fromMiddle += uint64_t(std::abs(value - 128));
            fromFirst += uint64_t(std::abs(value - first));
        }
    }
    return fromMiddle < fromFirst;
}

void colourToGrey(Bytes samples, const SampleLayout &layout, const Geometry &geometry,
                  uint32_t bitsStored, uint8_t *out) {
    const size_t pixels = geometry.pixels();
    if (layout.colour == "YBR_FULL_422") {
        require(layout.bytesPerSample == 1, VIGIL_DECODE_PIXEL_FORMAT);
        return subsampledToGrey(samples, geometry, out);
    }
        require(samples.count >= pixels * 3 * layout.bytesPerSample, VIGIL_DECODE_TRUNCATED);
    const size_t step = layout.planar ? 1 : 3;
    const size_t plane = layout.planar ? pixels : 1;
    const SampleReader reader{samples, layout.bytesPerSample, bitsStored};
    const bool ybr = layout.colour == "YBR_FULL";
    require(ybr || layout.colour == "RGB", VIGIL_DECODE_PIXEL_FORMAT, VIGIL_LABEL_PHOTOMETRIC);
    for (size_t i = 0; i < pixels; ++i) {
        const size_t first = i * step;
        const uint8_t a = reader.at(first);
        const uint8_t b = reader.at(first + plane);
        const uint8_t c = reader.at(first + 2 * plane);
        out[i] = ybr ? greyOfYbr(a, b, c) : luma(a, b, c);
    }
}

}  // namespace vigil

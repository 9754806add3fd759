// Samples that a codec made, held against the label of the data set.

#include "luminance.hpp"

#include <algorithm>

namespace vigil {
namespace {

// A lossy codec may overshoot by this part of the said range; what lies farther out was meant.
constexpr int64_t overshootPart = 8;

struct Extent {
    int64_t least = 0;
    int64_t greatest = 0;
};

StoredFormat words(const CodecSamples &made, uint32_t bits, bool isSigned) {
    StoredFormat format;
    format.bytes = made.bytes;
    format.bits = bits;
    format.shift = 0;
    format.isSigned = isSigned;
    return format;
}

Extent extent(const uint8_t *samples, size_t count, const StoredFormat &format) {
    Extent found;
    for (size_t i = 0; i < count; ++i) {
        const int64_t value = format.value(format.raw(samples, i));
        found.least = i == 0 ? value : std::min(found.least, value);
        found.greatest = i == 0 ? value : std::max(found.greatest, value);
    }
    return found;
}

void clampWords(uint8_t *samples, size_t count, const StoredFormat &format, const Extent &range) {
    for (size_t i = 0; i < count; ++i) {
        const int64_t value = format.value(format.raw(samples, i));
        const int64_t held = std::clamp(value, range.least, range.greatest);
        if (held == value) continue;
        const uint64_t word = uint64_t(held);
        for (uint32_t b = 0; b < format.bytes; ++b) {
            samples[i * format.bytes + b] = uint8_t(word >> (8 * b));
        }
    }
}

// How the words are to be read: the label knows the sign, the stream the bits. A stream that does
// not know the sign (JPEG, JPEG-LS, JPEG 2000 at times) gives two's complement of either width.
StoredFormat reading(const uint8_t *samples, size_t count, const StoredFormat &said,
                     const CodecSamples &made) {
    const uint32_t whole = made.bytes * 8;
    if (made.isSigned == said.isSigned) return words(made, whole, said.isSigned);
    if (made.isSigned) return words(made, made.precision, false);
    const Extent plain = extent(samples, count, words(made, whole, false));
    const bool fits = plain.greatest <= int64_t(said.mask());
    const bool narrower = made.narrowsSign && made.precision < said.bits;
    return words(made, fits && !narrower ? said.bits : made.precision, true);
}

}  // namespace

StoredFormat settle(uint8_t *samples, size_t count, const StoredFormat &said,
                    const CodecSamples &made) {
    StoredFormat format = reading(samples, count, said, made);
    const Extent found = extent(samples, count, format);
    const int64_t top = int64_t(1) << (said.isSigned ? said.bits - 1 : said.bits);
    const Extent range{said.isSigned ? -top : 0, top - 1};
    if (found.least >= range.least && found.greatest <= range.greatest) {
        if (format.bits > said.bits) format.bits = said.bits;
        return format;
    }
    const int64_t spare = (range.greatest - range.least + 1) / overshootPart;
    const bool isNear =
        found.least >= range.least - spare && found.greatest <= range.greatest + spare;
    if (made.isLossy && isNear) {
        clampWords(samples, count, format, range);
        note(VIGIL_NOTE_CLAMPED);
        if (format.bits > said.bits) format.bits = said.bits;
        return format;
    }
    note(VIGIL_NOTE_BITS);
    return format;
}

}  // namespace vigil

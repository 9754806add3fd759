// Labels of the pixels held against their bytes: lengths against samples, markers against colour.

#include "dicom.hpp"

#include <algorithm>

namespace vigil {
namespace {

// Bytes beyond the pixels that are passed over whatever they hold.
constexpr size_t spareBytes = 8;

bool fits(size_t count, size_t wanted) { return count == wanted || count == wanted + 1; }

// Whether what lies beyond the pixels is filling: a few bytes, or zeros, less than a frame.
bool isFilling(Bytes rest, size_t frameSize) {
    if (rest.count <= spareBytes) return true;
    return rest.count < frameSize &&
           std::all_of(rest.data, rest.data + rest.count, [](uint8_t byte) { return byte == 0; });
}

// Every bit that any word has.
uint32_t bitsIn(Bytes words, const StoredFormat &format) {
    StoredFormat whole = format;
    whole.bits = format.bytes * 8;
    whole.shift = 0;
    uint32_t found = 0;
    for (size_t i = 0; i < words.count / format.bytes; ++i) found |= whole.raw(words.data, i);
    return found;
}

}  // namespace

uint32_t shiftOf(Bytes words, const StoredFormat &said) {
    const uint32_t spare = said.bytes * 8 - std::min(said.bytes * 8, said.bits);
    if (spare == 0 || said.bytes > 2 || said.isSigned) return said.shift;
    const uint32_t found = bitsIn(words, said);
    const uint32_t low = (1u << spare) - 1;
    // Said to lie high, and all lie low; or the other way round.
    const bool liesLow = said.shift == spare && (found & low) != 0 && found <= said.mask();
    const bool liesHigh = said.shift == 0 && (found & low) == 0 && found > said.mask();
    if (!liesLow && !liesHigh) return said.shift;
    note(VIGIL_NOTE_BITS);
    return liesLow ? 0 : spare;
}

NativePixels checkedNative(Bytes bytes, const PixelFormat &format, bool isCut) {
    const Geometry &geometry = format.geometry;
    const size_t pixels = geometry.pixels();
    const size_t full = pixels * geometry.samples * format.stored.bytes;
    NativePixels native{bytes, full, format.photometric};
    const bool mayBeSubsampled = geometry.samples == 3 && format.stored.bytes == 1;
    const bool saysSubsampled = format.photometric == "YBR_FULL_422";
    if (saysSubsampled) native.frameSize = pixels * 2;
    // Each pair of pixels shares its colour, or none does: the length tells which.
    if (mayBeSubsampled && saysSubsampled && fits(bytes.count, full * geometry.frames)) {
        native.frameSize = full;
        native.colour = "YBR_FULL";
        note(VIGIL_NOTE_COLOUR);
    } else if (mayBeSubsampled && format.photometric == "YBR_FULL" && !isCut &&
               fits(bytes.count, pixels * 2 * geometry.frames)) {
        native.frameSize = pixels * 2;
        native.colour = "YBR_FULL_422";
        note(VIGIL_NOTE_COLOUR);
    }
    const bool areBits = format.bitsAllocated == 1;
    const size_t wanted = areBits ? (pixels * geometry.frames + 7) / 8
                                  : native.frameSize * geometry.frames;
    if (bytes.count < wanted) {
        fail(isCut ? VIGIL_DECODE_TRUNCATED : VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_LENGTH);
    }
    if (fits(bytes.count, wanted)) return native;
    require(isFilling(Bytes{bytes.data + wanted, bytes.count - wanted}, native.frameSize),
            VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_LENGTH);
    note(VIGIL_NOTE_TRAILING);
    return native;
}

std::string colourOf(const JpegHeader &header, const std::string &label) {
    if (header.components != 3 || !header.isDct()) return label;
    const bool saysRgb = label == "RGB";
    bool isRgb = saysRgb;
    if (header.isSubsampled) {
        isRgb = false;  // only colour differences are
    } else if (header.hasRgbNames) {
        isRgb = true;
    } else if (header.hasJfif && header.adobeTransform == 0) {
        isRgb = saysRgb;  // the markers contradict each other: the label decides
    } else if (header.hasJfif || header.adobeTransform == 1) {
        isRgb = false;
    } else if (header.adobeTransform == 0) {
        isRgb = true;
    }
    const bool isNamedRight = isRgb == saysRgb && (isRgb || label.rfind("YBR_FULL", 0) == 0);
    if (isNamedRight) return label;
    if (isRgb == saysRgb) {
        // YBR_PARTIAL and the like, of which nothing but a marker knows better.
        if (!header.hasJfif) return label;
    }
    note(VIGIL_NOTE_COLOUR);
    return isRgb ? "RGB" : "YBR_FULL_422";
}

}  // namespace vigil

// Look-up tables (PS3.3 C.11.1.1), each held against its own entries.

#include "dicom.hpp"

#include <algorithm>
#include <cmath>

namespace vigil {
namespace {

uint32_t bitsOf(uint32_t value) {
    uint32_t bits = 0;
    for (; value > 0; value >>= 1) ++bits;
    return bits;
}

double overlap(double first, size_t entries, const Domain &domain) {
    const double last = first + double(entries) - 1;
    return std::min(last, domain.greatest) - std::max(first, domain.least);
}

// The first value is signed or not as the values are that come in; where both may be, as the table
// meets more of them.
int32_t firstOf(uint32_t word, size_t entries, const Domain &domain) {
    const int32_t negative = int32_t(int16_t(word));
    if (negative >= 0) return negative;
    const double plain = overlap(double(word), entries, domain);
    const double turned = overlap(double(negative), entries, domain);
    if (plain < 0 && turned < 0) return domain.least < 0 ? negative : int32_t(word);
    return turned > plain ? negative : int32_t(word);
}

struct Words {
    const Uint16 *words = nullptr;
    const Uint8 *bytes = nullptr;
    size_t count = 0;  // bytes

    uint16_t byteAt(size_t index) const {
        if (bytes != nullptr) return bytes[index];
        const uint16_t pair = words[index / 2];
        return uint16_t(index % 2 == 0 ? pair & 255 : pair >> 8);
    }
    uint16_t wordAt(size_t index) const {
        if (words != nullptr) return words[index];
        return uint16_t(bytes[2 * index] | bytes[2 * index + 1] << 8);
    }
};

Words wordsOf(DcmItem &item, const DcmTagKey &data) {
    Words found;
    unsigned long available = 0;
    if (item.findAndGetUint16Array(data, found.words, &available).good() &&
        found.words != nullptr) {
        found.count = size_t(available) * 2;
        return found;
    }
    found.words = nullptr;
    if (item.findAndGetUint8Array(data, found.bytes, &available).good() &&
        found.bytes != nullptr) {
        found.count = available;
    }
    return found;
}

// Entries of 8 bits that were put into the upper halves of words come down.
void lowerBytes(Lut &lut) {
    const auto isUpper = [](uint16_t entry) { return (entry & 255) == 0; };
    const bool some = std::any_of(lut.entries.begin(), lut.entries.end(),
                                  [](uint16_t entry) { return entry > 0; });
    if (!some || !std::all_of(lut.entries.begin(), lut.entries.end(), isUpper)) return;
    for (auto &entry : lut.entries) entry = uint16_t(entry >> 8);
    note(VIGIL_NOTE_LUT);
}

}  // namespace

void Lut::takeBits(uint32_t needed) {
    if (needed == bits || needed == 0) return;
    bits = needed;
    note(VIGIL_NOTE_LUT);
}

uint32_t Lut::neededBits() const {
    return entries.empty() ? 0 : bitsOf(*std::max_element(entries.begin(), entries.end()));
}

Lut readLut(DcmItem &item, const LutTags &tags, const Domain &domain) {
    const auto count = unsignedOf(item, tags.descriptor, 0);
    const auto first = unsignedOf(item, tags.descriptor, 1);
    const auto bits = unsignedOf(item, tags.descriptor, 2);
    const bool isStated = count && first && bits && *bits >= 1 && *bits <= 16;
    require(isStated && *count <= 65535 && *first <= 65535, VIGIL_DECODE_UNREADABLE_LABEL,
            tags.label);
    const size_t entries = *count == 0 ? 65536 : *count;
    const Words data = wordsOf(item, tags.data);
    if (data.count == 0 && tags.isOptional) return {};
    require(data.count > 0, VIGIL_DECODE_UNREADABLE_LABEL, tags.label);
    Lut lut;
    lut.bits = *bits;
    lut.first = firstOf(*first, entries, domain);
    lut.entries.reserve(entries);
    if (data.count / 2 >= entries) {
        // One word more may fill up; any more mean that the descriptor is of another table.
        require(data.count / 2 <= entries + 1, VIGIL_DECODE_CONTRADICTION, tags.label);
        for (size_t i = 0; i < entries; ++i) lut.entries.push_back(data.wordAt(i));
        if (lut.bits <= 8) lowerBytes(lut);
    } else {
        // Two 8-bit entries a word (PS3.3 C.11.1.1.1), the earlier in the low byte.
        require(data.count == entries || data.count == entries + 1, VIGIL_DECODE_CONTRADICTION,
                tags.label);
        for (size_t i = 0; i < entries; ++i) lut.entries.push_back(data.byteAt(i));
        if (lut.bits > 8) lut.takeBits(8);
    }
    // Palettes have 8 or 16 bits and nothing between.
    const uint32_t needed = lut.neededBits();
    if (needed > lut.bits) lut.takeBits(tags.label == VIGIL_LABEL_PALETTE ? 16 : needed);
    return lut;
}

}  // namespace vigil

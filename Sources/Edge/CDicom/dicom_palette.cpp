// The tables of PALETTE COLOR, segmented or not (PS3.3 C.7.6.3.1.5 and C.7.9.2).

#include "dicom.hpp"

#include <algorithm>
#include <cmath>

namespace vigil {
namespace {

// Expands segments: 0 discrete, 1 linear, 2 a copy of earlier segments (PS3.3 C.7.9.2).
class SegmentExpander {
public:
    SegmentExpander(const Uint16 *words, size_t count, size_t entries)
        : words_(words), count_(count), entries_(entries) {}

    std::vector<uint16_t> expand() {
        size_t at = 0;
        while (at + 1 < count_ && out_.size() < entries_) {
            if (words_[at] == 2) {
                indirect(at);
                at += 4;
            } else {
                at = direct(at);
            }
        }
        require(out_.size() >= entries_, VIGIL_DECODE_BAD_ATTRIBUTES);
        out_.resize(entries_);
        return std::move(out_);
    }

private:
    // Appends one discrete or linear segment and returns where the next one starts.
    size_t direct(size_t at) {
        require(at + 1 < count_, VIGIL_DECODE_BAD_ATTRIBUTES);
        const size_t length = words_[at + 1];
        require(out_.size() + length <= entries_ + 65536, VIGIL_DECODE_BAD_ATTRIBUTES);
        if (words_[at] == 0) {
            require(at + 2 + length <= count_, VIGIL_DECODE_BAD_ATTRIBUTES);
            out_.insert(out_.end(), words_ + at + 2, words_ + at + 2 + length);
            return at + 2 + length;
        }
        require(words_[at] == 1 && at + 3 <= count_ && !out_.empty(), VIGIL_DECODE_BAD_ATTRIBUTES);
        const double start = out_.back();
        const double step = length == 0 ? 0 : (double(words_[at + 2]) - start) / double(length);
        for (size_t i = 1; i <= length; ++i) {
            out_.push_back(uint16_t(std::floor(start + step * double(i) + 0.5)));
        }
        return at + 3;
    }

    void indirect(size_t at) {
        require(at + 4 <= count_, VIGIL_DECODE_BAD_ATTRIBUTES);
        const size_t segments = words_[at + 1];
        // The offset counts bytes from the first segment, low word first.
        size_t from = (size_t(words_[at + 3]) << 16 | words_[at + 2]) / 2;
        for (size_t i = 0; i < segments && out_.size() < entries_; ++i) {
            require(from + 1 < count_ && words_[from] != 2, VIGIL_DECODE_BAD_ATTRIBUTES);
            from = direct(from);
        }
    }

    const Uint16 *words_;
    size_t count_;
    size_t entries_;
    std::vector<uint16_t> out_;
};

struct ChannelTags {
    DcmTagKey descriptor;
    DcmTagKey plain;
    DcmTagKey segmented;
};

Lut readChannel(DcmItem &dataset, const ChannelTags &tags, const Domain &domain) {
    LutTags plain{tags.descriptor, tags.plain, VIGIL_LABEL_PALETTE, true};
    Lut lut = readLut(dataset, plain, domain);
    if (!lut.empty()) return lut;
    const Uint16 *words = nullptr;
    unsigned long available = 0;
    const auto count = unsignedOf(dataset, tags.descriptor, 0);
    const bool found = dataset.findAndGetUint16Array(tags.segmented, words, &available).good();
    require(found && words != nullptr && count.has_value(), VIGIL_DECODE_BAD_ATTRIBUTES,
            VIGIL_LABEL_PALETTE);
    lut.first = int32_t(unsignedOf(dataset, tags.descriptor, 1).value_or(0));
    lut.bits = unsignedOf(dataset, tags.descriptor, 2).value_or(16);
    require(lut.bits == 8 || lut.bits == 16, VIGIL_DECODE_BAD_ATTRIBUTES, VIGIL_LABEL_PALETTE);
    lut.entries = SegmentExpander(words, available, *count == 0 ? 65536 : *count).expand();
    return lut;
}

}  // namespace

Palette readPalette(DcmItem &dataset, const Domain &domain) {
    Palette palette;
    palette.red = readChannel(dataset,
                              {DCM_RedPaletteColorLookupTableDescriptor,
                               DCM_RedPaletteColorLookupTableData,
                               DCM_SegmentedRedPaletteColorLookupTableData},
                              domain);
    palette.green = readChannel(dataset,
                                {DCM_GreenPaletteColorLookupTableDescriptor,
                                 DCM_GreenPaletteColorLookupTableData,
                                 DCM_SegmentedGreenPaletteColorLookupTableData},
                                domain);
    palette.blue = readChannel(dataset,
                               {DCM_BluePaletteColorLookupTableDescriptor,
                                DCM_BluePaletteColorLookupTableData,
                                DCM_SegmentedBluePaletteColorLookupTableData},
                               domain);
    const uint32_t widest = std::max({palette.red.bits, palette.green.bits, palette.blue.bits});
    for (Lut *table : {&palette.red, &palette.green, &palette.blue}) table->takeBits(widest);
    // Entries of 8 bits under a descriptor that says 16 would all be black.
    const auto tables = {&palette.red, &palette.green, &palette.blue};
    const bool areBytes = std::all_of(tables.begin(), tables.end(), [](const Lut *table) {
        return table->bits > 8 && table->neededBits() <= 8;
    });
    if (areBytes) {
        for (Lut *table : tables) table->takeBits(8);
    }
    return palette;
}

uint8_t Palette::grey(int64_t stored) const {
    const auto channel = [stored](const Lut &lut) {
        const uint32_t entry = lut.at(double(stored));
        return lut.bits > 8 ? entry >> (lut.bits - 8) : entry;
    };
    return luma(channel(red), channel(green), channel(blue));
}

}  // namespace vigil

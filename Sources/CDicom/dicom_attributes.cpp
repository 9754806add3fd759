// Attributes of a data set: numbers, the image pixel module, look-up tables, palettes.

#include "dicom.hpp"

#include <algorithm>
#include <cmath>

namespace vigil {

std::optional<uint32_t> unsignedOf(DcmItem &item, const DcmTagKey &tag, unsigned long index) {
    Uint16 small = 0;
    if (item.findAndGetUint16(tag, small, index).good()) return small;
    Sint16 negative = 0;
    if (item.findAndGetSint16(tag, negative, index).good()) return uint32_t(uint16_t(negative));
    Sint32 number = 0;
    if (item.findAndGetSint32(tag, number, index).good() && number >= 0) return uint32_t(number);
    return std::nullopt;
}

std::optional<double> numberOf(DcmItem &item, const DcmTagKey &tag, unsigned long index) {
    Float64 number = 0;
    if (item.findAndGetFloat64(tag, number, index).bad()) return std::nullopt;
    if (!std::isfinite(number)) return std::nullopt;
    return number;
}

std::string textOf(DcmItem &item, const DcmTagKey &tag) {
    OFString text;
    if (item.findAndGetOFString(tag, text).bad()) return {};
    std::string out(text.c_str(), text.length());
    while (!out.empty() && (out.back() == ' ' || out.back() == '\0')) out.pop_back();
    return out;
}

PixelFormat readPixelFormat(DcmItem &dataset) {
    PixelFormat format;
    auto need = [&](const DcmTagKey &tag) {
        const auto value = unsignedOf(dataset, tag);
        require(value.has_value(), VIGIL_DECODE_BAD_ATTRIBUTES);
        return *value;
    };
    format.geometry.rows = need(DCM_Rows);
    format.geometry.columns = need(DCM_Columns);
    format.geometry.samples = unsignedOf(dataset, DCM_SamplesPerPixel).value_or(1);
    format.geometry.frames = std::max(1u, unsignedOf(dataset, DCM_NumberOfFrames).value_or(1));
    format.bitsAllocated = need(DCM_BitsAllocated);
    const uint32_t bits = unsignedOf(dataset, DCM_BitsStored).value_or(format.bitsAllocated);
    const uint32_t highBit = unsignedOf(dataset, DCM_HighBit).value_or(bits - 1);
    format.photometric = textOf(dataset, DCM_PhotometricInterpretation);
    format.planar = unsignedOf(dataset, DCM_PlanarConfiguration).value_or(0) == 1;

    const uint32_t allocated = format.bitsAllocated;
    const bool width = allocated == 1 || allocated == 8 || allocated == 16 || allocated == 32;
    require(width, VIGIL_DECODE_PIXEL_FORMAT);
    require(bits >= 1 && bits <= allocated, VIGIL_DECODE_BAD_ATTRIBUTES);
    require(highBit < allocated && highBit + 1 >= bits, VIGIL_DECODE_BAD_ATTRIBUTES);
    const uint32_t samples = format.geometry.samples;
    require(samples == 1 || samples == 3, VIGIL_DECODE_PIXEL_FORMAT);
    require(allocated > 1 || samples == 1, VIGIL_DECODE_PIXEL_FORMAT);
    format.stored.bytes = allocated == 1 ? 1 : allocated / 8;
    format.stored.bits = bits;
    format.stored.shift = highBit + 1 - bits;
    format.stored.isSigned = unsignedOf(dataset, DCM_PixelRepresentation).value_or(0) == 1;
    return format;
}

Lut readLut(DcmItem &item, const DcmTagKey &descriptor, const DcmTagKey &data, bool signedFirst) {
    const auto count = unsignedOf(item, descriptor, 0);
    const auto first = unsignedOf(item, descriptor, 1);
    const auto bits = unsignedOf(item, descriptor, 2);
    if (!count || !first || !bits || *bits < 1 || *bits > 16) return {};
    const size_t entries = *count == 0 ? 65536 : *count;
    Lut lut;
    lut.first = signedFirst ? int32_t(int16_t(*first)) : int32_t(*first);
    lut.bits = *bits;
    const Uint16 *words = nullptr;
    unsigned long available = 0;
    const Uint8 *bytes = nullptr;
    if (item.findAndGetUint16Array(data, words, &available).good() && words != nullptr) {
        if (available >= entries) {
            lut.entries.assign(words, words + entries);
        } else if (*bits <= 8 && available * 2 >= entries) {
            // Two 8-bit entries a word (PS3.3 C.11.1.1.1), the earlier in the low byte.
            for (size_t i = 0; i < entries; ++i) {
                const uint16_t pair = words[i / 2];
                lut.entries.push_back(uint16_t(i % 2 == 0 ? pair & 255 : pair >> 8));
            }
        }
    } else if (item.findAndGetUint8Array(data, bytes, &available).good() && bytes != nullptr) {
        if (available >= entries) lut.entries.assign(bytes, bytes + entries);
    }
    const uint16_t top = uint16_t((1u << *bits) - 1);
    for (auto &entry : lut.entries) entry = std::min(entry, top);
    return lut;
}

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

Lut readChannel(DcmItem &dataset, const DcmTagKey &descriptor, const DcmTagKey &plain,
                const DcmTagKey &segmented) {
    Lut lut = readLut(dataset, descriptor, plain, false);
    if (!lut.empty()) return lut;
    const Uint16 *words = nullptr;
    unsigned long available = 0;
    const auto count = unsignedOf(dataset, descriptor, 0);
    const bool found = dataset.findAndGetUint16Array(segmented, words, &available).good();
    require(found && words != nullptr && count.has_value(), VIGIL_DECODE_BAD_ATTRIBUTES);
    lut.first = int32_t(unsignedOf(dataset, descriptor, 1).value_or(0));
    lut.bits = unsignedOf(dataset, descriptor, 2).value_or(16);
    require(lut.bits == 8 || lut.bits == 16, VIGIL_DECODE_BAD_ATTRIBUTES);
    lut.entries = SegmentExpander(words, available, *count == 0 ? 65536 : *count).expand();
    return lut;
}

}  // namespace

Palette readPalette(DcmItem &dataset) {
    Palette palette;
    palette.red =
        readChannel(dataset, DCM_RedPaletteColorLookupTableDescriptor,
                    DCM_RedPaletteColorLookupTableData,
                    DCM_SegmentedRedPaletteColorLookupTableData);
    palette.green = readChannel(dataset, DCM_GreenPaletteColorLookupTableDescriptor,
                                DCM_GreenPaletteColorLookupTableData,
                                DCM_SegmentedGreenPaletteColorLookupTableData);
    palette.blue = readChannel(dataset, DCM_BluePaletteColorLookupTableDescriptor,
                               DCM_BluePaletteColorLookupTableData,
                               DCM_SegmentedBluePaletteColorLookupTableData);
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

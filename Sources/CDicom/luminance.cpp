#include "luminance.hpp"

#include <algorithm>
#include <cmath>

namespace vigil {
namespace {

// Values of up to this many bits are mapped by a table of all of them.
constexpr uint32_t tableBits = 16;

uint8_t toGrey(int64_t stored, const ModalityTransform &modality, const VoiTransform &voi,
               bool invert) {
    const double level = std::floor(voi.apply(modality.apply(stored)) * 255.0 + 0.5);
    const uint8_t grey = uint8_t(std::clamp(level, 0.0, 255.0));
    return invert ? uint8_t(255 - grey) : grey;
}

}  // namespace

uint16_t Lut::at(double value) const {
    const double index = std::floor(value + 0.5) - double(first);
    const double top = double(entries.size() - 1);
    return entries[size_t(std::clamp(index, 0.0, top))];
}

double ModalityTransform::apply(int64_t stored) const {
    if (!lut.empty()) return double(lut.at(double(stored)));
    return double(stored) * slope + intercept;
}

double VoiTransform::apply(double value) const {
    switch (kind) {
    case VIGIL_USED_VOI_LUT: return double(lut.at(value)) / double((1u << lut.bits) - 1);
    case VIGIL_USED_RANGE: return width > 0 ? (value - center) / width : 0;
    case VIGIL_USED_SIGMOID: return 1.0 / (1.0 + std::exp(-4.0 * (value - center) / width));
    case VIGIL_USED_LINEAR_EXACT: {
        if (value <= center - width / 2) return 0;
        if (value > center + width / 2) return 1;
        return (value - center) / width + 0.5;
    }
    default: {
        // VIGIL_USED_LINEAR and VIGIL_USED_FIXED: PS3.3 C.11.2.1.2.1
        const double middle = center - 0.5;
        const double half = (width - 1) / 2;
        if (value <= middle - half) return 0;
        if (value > middle + half) return 1;
        return (value - middle) / (width - 1) + 0.5;
    }
    }
}

uint32_t StoredFormat::raw(const uint8_t *samples, size_t index) const {
    const uint8_t *p = samples + index * bytes;
    uint32_t word = p[0];
    for (uint32_t i = 1; i < bytes; ++i) word |= uint32_t(p[i]) << (8 * i);
    return (word >> shift) & mask();
}

int64_t StoredFormat::value(uint32_t raw) const {
    const int64_t top = int64_t(1) << (bits - 1);
    if (isSigned && int64_t(raw) >= top) return int64_t(raw) - 2 * top;
    return int64_t(raw);
}

void ValueRange::add(Bytes samples, size_t pixels, const StoredFormat &format,
                     const ModalityTransform &modality) {
    const auto take = [&](uint32_t raw) {
        const int64_t stored = format.value(raw);
        if (hasPadding && stored >= paddingLow && stored <= paddingHigh) return;
        const double value = modality.apply(stored);
        least = found ? std::min(least, value) : value;
        greatest = found ? std::max(greatest, value) : value;
        found = true;
    };
    if (format.bits > tableBits) {
        for (size_t i = 0; i < pixels; ++i) take(format.raw(samples.data, i));
        return;
    }
    std::vector<bool> present(size_t(format.mask()) + 1);
    for (size_t i = 0; i < pixels; ++i) present[format.raw(samples.data, i)] = true;
    for (size_t raw = 0; raw < present.size(); ++raw) {
        if (present[raw]) take(uint32_t(raw));
    }
}

void mapToGrey(Bytes samples, size_t pixels, const StoredFormat &format,
               const ModalityTransform &modality, const VoiTransform &voi, bool invert,
               uint8_t *out) {
    require(samples.count / format.bytes >= pixels, VIGIL_DECODE_TRUNCATED);
    if (format.bits > tableBits) {
        for (size_t i = 0; i < pixels; ++i) {
            const int64_t stored = format.value(format.raw(samples.data, i));
            out[i] = toGrey(stored, modality, voi, invert);
        }
        return;
    }
    std::vector<uint8_t> table(size_t(format.mask()) + 1);
    for (size_t raw = 0; raw < table.size(); ++raw) {
        table[raw] = toGrey(format.value(uint32_t(raw)), modality, voi, invert);
    }
    for (size_t i = 0; i < pixels; ++i) out[i] = table[format.raw(samples.data, i)];
}

void mapToValues(Bytes samples, size_t pixels, const StoredFormat &format,
                 const ModalityTransform &modality, int16_t *out) {
    require(samples.count / format.bytes >= pixels, VIGIL_DECODE_TRUNCATED);
    const auto toValue = [&](uint32_t raw) {
        const double value = std::floor(modality.apply(format.value(raw)) + 0.5);
        return int16_t(std::clamp(value, double(INT16_MIN), double(INT16_MAX)));
    };
    if (format.bits > tableBits) {
        for (size_t i = 0; i < pixels; ++i) out[i] = toValue(format.raw(samples.data, i));
        return;
    }
    std::vector<int16_t> table(size_t(format.mask()) + 1);
    for (size_t raw = 0; raw < table.size(); ++raw) table[raw] = toValue(uint32_t(raw));
    for (size_t i = 0; i < pixels; ++i) out[i] = table[format.raw(samples.data, i)];
}

}  // namespace vigil

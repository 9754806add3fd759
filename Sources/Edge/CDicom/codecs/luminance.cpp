#include "luminance.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

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

Domain ModalityTransform::apply(const Domain &stored) const {
    if (!lut.empty()) {
        const auto ends = std::minmax_element(lut.entries.begin(), lut.entries.end());
        return Domain{double(*ends.first), double(*ends.second)};
    }
    const double one = stored.least * slope + intercept;
    const double other = stored.greatest * slope + intercept;
    return Domain{std::min(one, other), std::max(one, other)};
}

bool ModalityTransform::operator==(const ModalityTransform &other) const {
    return slope == other.slope && intercept == other.intercept && lut.first == other.lut.first &&
           lut.entries == other.lut.entries;
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

Domain StoredFormat::domain() const {
    const int64_t top = int64_t(1) << (isSigned ? bits - 1 : bits);
    return Domain{double(isSigned ? -top : 0), double(top - 1)};
}

bool StoredFormat::operator==(const StoredFormat &other) const {
    return bits == other.bits && isSigned == other.isSigned;
}

void ValueRange::add(Bytes samples, size_t pixels, const StoredFormat &format,
                     const ModalityTransform &modality) {
    const auto take = [&](uint32_t raw) {
        const int64_t stored = format.value(raw);
        if (padding.has(stored)) return;
        const double value = modality.apply(stored);
        least = found ? std::min(least, value) : value;
        greatest = found ? std::max(greatest, value) : value;
        found = true;
    };
    if (format.bits > tableBits) {
        isUniform_ = false;
        for (size_t i = 0; i < pixels; ++i) take(format.raw(samples.data, i));
        return;
    }
    std::vector<uint64_t> counts(size_t(format.mask()) + 1);
    for (size_t i = 0; i < pixels; ++i) ++counts[format.raw(samples.data, i)];
    for (size_t raw = 0; raw < counts.size(); ++raw) {
        if (counts[raw] > 0) take(uint32_t(raw));
    }
    count(counts, format, modality);
}

void ValueRange::count(const std::vector<uint64_t> &counts, const StoredFormat &format,
                       const ModalityTransform &modality) {
    if (counts_.empty()) {
        counts_.resize(counts.size());
        format_ = format;
        modality_ = modality;
    }
    isUniform_ = isUniform_ && format_ == format && modality_ == modality;
    if (!isUniform_) return;
    for (size_t raw = 0; raw < counts.size(); ++raw) counts_[raw] += counts[raw];
}

bool ValueRange::trim() {
    if (!isUniform_ || !found) return false;
    std::vector<std::pair<double, uint64_t>> values;
    uint64_t total = 0;
    for (size_t raw = 0; raw < counts_.size(); ++raw) {
        const int64_t stored = format_.value(uint32_t(raw));
        if (counts_[raw] == 0 || padding.has(stored)) continue;
        values.emplace_back(modality_.apply(stored), counts_[raw]);
        total += counts_[raw];
    }
    std::sort(values.begin(), values.end());
    const uint64_t few = std::max<uint64_t>(1, total / 1000);
    const auto inner = [few](auto begin, auto end) {
        uint64_t passed = 0;
        while (begin != end && (passed += begin->second) <= few) ++begin;
        return begin == end ? std::optional<double>() : std::optional(begin->first);
    };
    const auto low = inner(values.begin(), values.end());
    const auto high = inner(values.rbegin(), values.rend());
    if (!low || !high || *high <= *low) return false;
    if ((*high - *low) * 4 >= greatest - least) return false;
    least = *low;
    greatest = *high;
    return true;
}

void mapToGrey(Bytes samples, size_t pixels, const StoredFormat &format,
               const ModalityTransform &modality, const VoiTransform &voi, const Display &display,
               uint8_t *out) {
    require(samples.count / format.bytes >= pixels, VIGIL_DECODE_TRUNCATED);
    bool darkened = false;
    const auto shown = [&](uint32_t raw) {
        const int64_t stored = format.value(raw);
        const uint8_t grey = toGrey(stored, modality, voi, display.invert);
        const bool shines = grey >= 128 || (display.invert && grey > 0);
        if (!shines || !display.padding.has(stored)) return std::pair(grey, false);
        return std::pair(uint8_t(0), true);
    };
    if (format.bits > tableBits) {
        for (size_t i = 0; i < pixels; ++i) {
            const auto [grey, isPadding] = shown(format.raw(samples.data, i));
            out[i] = grey;
            darkened = darkened || isPadding;
        }
    } else {
        std::vector<std::pair<uint8_t, bool>> table(size_t(format.mask()) + 1);
        for (size_t raw = 0; raw < table.size(); ++raw) table[raw] = shown(uint32_t(raw));
        for (size_t i = 0; i < pixels; ++i) {
            const auto [grey, isPadding] = table[format.raw(samples.data, i)];
            out[i] = grey;
            darkened = darkened || isPadding;
        }
    }
    if (darkened) note(VIGIL_NOTE_PADDING);
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

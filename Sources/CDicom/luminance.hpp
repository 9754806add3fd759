#pragma once

// The arithmetic from stored values to 8-bit grey, in double, rounded once at the end.

#include "internal.hpp"

namespace vigil {

// A look-up table of DICOM (PS3.3 C.11.1.1): entries from `first` on, clamped at both ends.
struct Lut {
    int32_t first = 0;
    uint32_t bits = 16;
    std::vector<uint16_t> entries;

    bool empty() const { return entries.empty(); }
    uint16_t at(double value) const;
};

// Stored value to modality units (PS3.3 C.11.1): a table, else slope and intercept.
struct ModalityTransform {
    double slope = 1;
    double intercept = 0;
    Lut lut;

    double apply(int64_t stored) const;
};

// Modality units to a fraction of full brightness (PS3.3 C.11.2).
struct VoiTransform {
    uint8_t kind = VIGIL_USED_NOTHING;  // vigil_window_used
    double center = 0;                  // with VIGIL_USED_RANGE: the least value
    double width = 0;                   // with VIGIL_USED_RANGE: greatest less least
    Lut lut;

    double apply(double value) const;
};

// How stored values lie in their words.
struct StoredFormat {
    uint32_t bytes = 2;
    uint32_t bits = 16;
    uint32_t shift = 0;      // High Bit + 1 - Bits Stored, where the word holds other bits below
    bool isSigned = false;

    uint32_t mask() const { return bits >= 32 ? 0xffffffffu : (1u << bits) - 1; }
    // The bits of sample `index` of a frame, not yet sign-extended.
    uint32_t raw(const uint8_t *samples, size_t index) const;
    // Sign-extends where values are signed.
    int64_t value(uint32_t raw) const;
};

// The least and greatest modality value over frames; stored values in the padding range stay out.
struct ValueRange {
    double least = 0;
    double greatest = 0;
    bool found = false;
    bool hasPadding = false;
    int64_t paddingLow = 0;
    int64_t paddingHigh = 0;

    void add(Bytes samples, size_t pixels, const StoredFormat &format,
             const ModalityTransform &modality);
};

// Maps one frame of single samples to grey.
void mapToGrey(Bytes samples, size_t pixels, const StoredFormat &format,
               const ModalityTransform &modality, const VoiTransform &voi, bool invert,
               uint8_t *out);

// One frame of single samples as modality values, rounded to whole ones and held to 16 bits.
void mapToValues(Bytes samples, size_t pixels, const StoredFormat &format,
                 const ModalityTransform &modality, int16_t *out);

}  // namespace vigil

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
    // The bits of the greatest entry.
    uint32_t neededBits() const;
    // Takes other bits than the descriptor says, and notes it.
    void takeBits(uint32_t needed);
};

// The values that may reach a table.
struct Domain {
    double least = 0;
    double greatest = 0;
};

// Stored value to modality units (PS3.3 C.11.1): a table, else slope and intercept.
struct ModalityTransform {
    double slope = 1;
    double intercept = 0;
    Lut lut;

    double apply(int64_t stored) const;
    // What it may make of a domain.
    Domain apply(const Domain &stored) const;
    bool operator==(const ModalityTransform &other) const;
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
    // The least and greatest value.
    Domain domain() const;
    bool operator==(const StoredFormat &other) const;
};

// Stored values that stand for no measurement (PS3.3 C.7.5.1.1.2).
struct Padding {
    bool isStated = false;
    int64_t low = 0;
    int64_t high = 0;

    bool has(int64_t stored) const { return isStated && stored >= low && stored <= high; }
};

// The least and greatest modality value over frames; padding stays out.
struct ValueRange {
    double least = 0;
    double greatest = 0;
    bool found = false;
    Padding padding;

    void add(Bytes samples, size_t pixels, const StoredFormat &format,
             const ModalityTransform &modality);
    // Leaves out the far pixels, one of a thousand at either end, where without them the range is
    // less than a quarter: a defect, no anatomy. Returns whether it did.
    bool trim();

private:
    std::vector<uint64_t> counts_;      // of each raw value, of frames of one transform
    StoredFormat format_;
    ModalityTransform modality_;
    bool isUniform_ = true;

    void count(const std::vector<uint64_t> &counts, const StoredFormat &format,
               const ModalityTransform &modality);
};

// How a frame is shown besides its transforms.
struct Display {
    bool invert = false;
    Padding padding;
};

// Maps one frame of single samples to grey. Padding that would shine becomes black.
void mapToGrey(Bytes samples, size_t pixels, const StoredFormat &format,
               const ModalityTransform &modality, const VoiTransform &voi, const Display &display,
               uint8_t *out);

// Holds samples that a codec made against the said format, and returns the format they have: values
// that lossy compression made overshoot the said bits are clamped in place, and where the stream is
// wider than the label its bits are taken.
StoredFormat settle(uint8_t *samples, size_t count, const StoredFormat &said,
                    const CodecSamples &made);

// One frame of single samples as modality values, rounded to whole ones and held to 16 bits.
void mapToValues(Bytes samples, size_t pixels, const StoredFormat &format,
                 const ModalityTransform &modality, int16_t *out);

}  // namespace vigil

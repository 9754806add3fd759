#pragma once

// What the parts of the decoder share. Exceptions are used inside and end at shim.cpp.

#include "CDicom.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vigil {

// Thrown by every part; shim.cpp turns it into the status.
struct Failure {
    int status;
};

[[noreturn]] inline void fail(int status) { throw Failure{status}; }

inline void require(bool condition, int status) {
    if (!condition) fail(status);
}

// Bytes that someone else owns.
struct Bytes {
    const uint8_t *data = nullptr;
    size_t count = 0;

    uint8_t operator[](size_t index) const { return data[index]; }
    bool startsWith(const char *text, size_t length) const;
};

// Rows, columns, frames and samples of an image whose product is known to be within the limits.
struct Geometry {
    uint32_t rows = 0;
    uint32_t columns = 0;
    uint32_t frames = 1;
    uint32_t samples = 1;

    size_t pixels() const { return size_t(rows) * columns; }
};

// Refuses an image beyond the limits, before anything of its size is allocated.
void checkLimits(const Geometry &geometry, const vigil_decode_options &options);

// How the samples of one decoded frame lie in memory. Samples are little-endian.
struct SampleLayout {
    uint32_t bytesPerSample = 1;
    bool planar = false;           // colour by plane rather than by pixel
    std::string colour;            // RGB, YBR_FULL, YBR_FULL_422, or empty for one sample
};

// The 8-bit luma that Pillow's mode L gives: ITU-R 601-2 in 16-bit fixed point, rounded.
inline uint8_t luma(uint32_t red, uint32_t green, uint32_t blue) {
    return uint8_t((red * 19595u + green * 38470u + blue * 7471u + 0x8000u) >> 16);
}

// Turns one frame of colour samples into grey.
void colourToGrey(Bytes samples, const SampleLayout &layout, const Geometry &geometry,
                  uint32_t bitsStored, uint8_t *out);

// What the header of a JPEG or JPEG-LS stream says of its frame.
struct JpegHeader {
    uint32_t rows = 0;
    uint32_t columns = 0;
    uint32_t precision = 0;
    uint32_t components = 0;
};

// Finds the frame header of a JPEG or JPEG-LS stream; false when there is none.
bool readJpegHeader(Bytes stream, JpegHeader &header);

// Decodes one JPEG 2000 codestream or JP2 file into interleaved samples of `bytesPerSample`.
std::vector<uint8_t> decodeJpeg2000(Bytes stream, const Geometry &geometry,
                                    uint32_t bytesPerSample);

// Decodes one RLE frame (PS3.5 annex G) into samples by pixel.
std::vector<uint8_t> decodeRle(Bytes stream, const Geometry &geometry, uint32_t bytesPerSample);

// Inflates a raw deflate stream, refusing more than `limit` bytes.
std::vector<uint8_t> inflateBounded(Bytes stream, uint64_t limit);

void decodeDicom(Bytes file, const vigil_decode_options &options, vigil_decoded &out);
void decodePng(Bytes file, const vigil_decode_options &options, vigil_decoded &out);
void decodeJpeg(Bytes file, const vigil_decode_options &options, vigil_decoded &out);

// Allocates the output of a decoded image with malloc, so that C can free it.
void allocatePixels(const Geometry &geometry, vigil_decoded &out);

// The same for the values of an image whose pixels are allocated.
void allocateValues(vigil_decoded &out);

}  // namespace vigil

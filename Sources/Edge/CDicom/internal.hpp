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
    int label = VIGIL_LABEL_NONE;  // vigil_label: what it is about
};

[[noreturn]] inline void fail(int status, int label = VIGIL_LABEL_NONE) {
    throw Failure{status, label};
}

inline void require(bool condition, int status, int label = VIGIL_LABEL_NONE) {
    if (!condition) fail(status, label);
}

// Remembers something to tell of the file that this thread decodes.
void note(vigil_note what);

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
    uint8_t process = 0;         // the marker's low byte: C3 lossless, F7 JPEG-LS
    bool hasJfif = false;
    int adobeTransform = -1;     // of APP14; -1 without
    bool isSubsampled = false;   // components of several sizes
    bool hasRgbNames = false;    // components called R, G, B

    bool isLS() const { return process == 0xf7; }
    bool isDct() const { return process >= 0xc0 && process <= 0xc2; }
};

// Finds the frame header of a JPEG or JPEG-LS stream; false when there is none.
bool readJpegHeader(Bytes stream, JpegHeader &header);

// What comes before the samples of a JPEG-LS stream (ITU-T T.87); 0 of what it does not state.
struct JpegLSHeader {
    JpegHeader frame;
    int greatest = 0;                     // MAXVAL
    int first = 0, second = 0, third = 0;  // thresholds
    int reset = 0;
    int near = 0;                         // the greatest error
    Bytes scan;                           // entropy-coded
};

// Reads it; false when it is broken, or in intervals.
bool readJpegLSHeader(Bytes stream, JpegLSHeader &header);

// What a codec says of the samples that it made.
struct CodecSamples {
    uint32_t bytes = 1;       // of a sample
    uint32_t precision = 8;   // bits
    bool isSigned = false;    // words are sign-extended
    bool isLossy = false;
    bool narrowsSign = false;  // negative samples are two's complement of the precision
    bool hasTransform = false;  // JPEG 2000: components were transformed, and are RGB again
};

// Decodes one JPEG 2000 codestream or JP2 file into interleaved samples.
std::vector<uint8_t> decodeJpeg2000(Bytes stream, const Geometry &geometry, CodecSamples &made);

// The stream with its end marker where that alone is missing; nothing where the stream is whole, or
// where more is missing.
std::vector<uint8_t> completedCodestream(Bytes stream);

// Decodes one JPEG-LS image of a single component and 2 to 7 bits.
std::vector<uint8_t> decodeShallowJpegLS(const JpegLSHeader &header, const Geometry &geometry);

// Whether interleaved samples look like luma and two colour differences rather than like red, green
// and blue: which of both lies nearer to grey.
bool looksLikeYbr(Bytes samples, uint32_t bytes, uint32_t bits);

// Decodes one RLE frame (PS3.5 annex G) into samples by pixel.
std::vector<uint8_t> decodeRle(Bytes stream, const Geometry &geometry, uint32_t bytesPerSample);

// Inflates a raw deflate stream, refusing more than `limit` bytes.
std::vector<uint8_t> inflateBounded(Bytes stream, uint64_t limit);

void decodeDicom(Bytes file, const vigil_decode_options &options, vigil_decoded &out);
// Asks the caller whether a picture without a header is wanted; fails with LEFT_OUT when not.
void judgeRaster(const vigil_decode_options &options);

void decodePng(Bytes file, const vigil_decode_options &options, vigil_decoded &out);
void decodeJpeg(Bytes file, const vigil_decode_options &options, vigil_decoded &out);

// Allocates the output of a decoded image with malloc, so that C can free it.
void allocatePixels(const Geometry &geometry, vigil_decoded &out);

// The same for the values of an image whose pixels are allocated.
void allocateValues(vigil_decoded &out);

}  // namespace vigil

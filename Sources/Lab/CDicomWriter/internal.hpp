#pragma once

#include "CDicomWriter.h"

#include <vector>

namespace vigil {

// A frame that someone else owns.
struct Frame {
    const uint16_t *pixels;
    uint32_t rows, columns, bits;
};

// Each gives the codestream, empty when the codec refuses.
std::vector<uint8_t> encodeJpegLs(const Frame &frame);
std::vector<uint8_t> encodeJpeg2000(const Frame &frame);

}  // namespace vigil

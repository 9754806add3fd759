#pragma once

// Lossless compression of one grey frame, by DCMTK (JPEG-LS) and OpenJPEG (JPEG 2000).

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vigil_encoding {
    VIGIL_ENCODE_JPEG_LS = 1,
    VIGIL_ENCODE_JPEG_2000 = 2,
};

enum vigil_encode_status {
    VIGIL_ENCODE_OK = 0,
    VIGIL_ENCODE_BAD_REQUEST = 1,  // sides, bits or encoding that are refused
    VIGIL_ENCODE_FAILED = 2,       // the codec refused
    VIGIL_ENCODE_OUT_OF_MEMORY = 3,
};

enum { VIGIL_ENCODE_SIDE_MAX = 8192 };

// Encodes `rows` * `columns` values of `bits` bits. `*out` is to be freed with free(); it is null
// unless the status is VIGIL_ENCODE_OK.
int vigil_encode(uint32_t encoding, const uint16_t *pixels, uint32_t rows, uint32_t columns,
                 uint32_t bits, uint8_t **out, size_t *count);

#ifdef __cplusplus
}
#endif

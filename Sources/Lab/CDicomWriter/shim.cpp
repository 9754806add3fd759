// The C entry point: checks the request, and lets no exception through.

#include "internal.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

extern "C" int vigil_encode(uint32_t encoding, const uint16_t *pixels, uint32_t rows,
                            uint32_t columns, uint32_t bits, uint8_t **out, size_t *count) {
    *out = nullptr;
    *count = 0;
    const uint32_t most = VIGIL_ENCODE_SIDE_MAX;
    if (rows == 0 || columns == 0 || rows > most || columns > most || bits < 2 || bits > 16) {
        return VIGIL_ENCODE_BAD_REQUEST;
    }
    try {
        const vigil::Frame frame{pixels, rows, columns, bits};
        std::vector<uint8_t> stream;
        switch (encoding) {
        case VIGIL_ENCODE_JPEG_LS: stream = vigil::encodeJpegLs(frame); break;
        case VIGIL_ENCODE_JPEG_2000: stream = vigil::encodeJpeg2000(frame); break;
        default: return VIGIL_ENCODE_BAD_REQUEST;
        }
        if (stream.empty()) return VIGIL_ENCODE_FAILED;
        *out = static_cast<uint8_t *>(std::malloc(stream.size()));
        if (*out == nullptr) return VIGIL_ENCODE_OUT_OF_MEMORY;
        std::memcpy(*out, stream.data(), stream.size());
        *count = stream.size();
        return VIGIL_ENCODE_OK;
    } catch (const std::bad_alloc &) {
        return VIGIL_ENCODE_OUT_OF_MEMORY;
    } catch (...) {
        return VIGIL_ENCODE_FAILED;
    }
}

// Texts of headers by DCMTK's character sets, and heads of deflated data sets by zlib.

#include "CDicomNetwork.h"
#include "prepare.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcspchrs.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

namespace vigil::network {
namespace {

int toUtf8(const char *characterSet, bool isName, const char *text, size_t count, uint8_t *out,
           size_t room, size_t &used) {
    prepare();
    DcmSpecificCharacterSet converter;
    OFString converted;
    if (converter.selectCharacterSet(characterSet).bad()) return VIGIL_TEXT_CHARACTER_SET;
    // What may not be turned is refused: a name with a letter left out is another name.
    const char *delimiters = isName ? "\\^=" : "\\";
    if (converter.convertString(text, count, converted, delimiters).bad()) {
        return VIGIL_TEXT_CHARACTER_SET;
    }
    if (converted.length() > room) return VIGIL_TEXT_TOO_LONG;
    std::memcpy(out, converted.data(), converted.length());
    used = converted.length();
    return VIGIL_TEXT_OK;
}

}  // namespace
}  // namespace vigil::network

extern "C" int vigil_text_to_utf8(const char *character_set, int is_name, const uint8_t *text,
                                  size_t count, uint8_t *out, size_t room, size_t *used) {
    *used = 0;
    try {
        return vigil::network::toUtf8(character_set, is_name != 0,
                                      reinterpret_cast<const char *>(text), count, out, room,
                                      *used);
    } catch (const std::bad_alloc &) {
        return VIGIL_TEXT_OUT_OF_MEMORY;
    } catch (...) {
        return VIGIL_TEXT_CHARACTER_SET;
    }
}

extern "C" size_t vigil_inflate_head(const uint8_t *packed, size_t count, uint8_t *out,
                                     size_t room) {
    const size_t most = std::numeric_limits<uInt>::max();
    z_stream stream = {};
    // DICOM's deflated data sets have no header of zlib (PS3.5 A.5).
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return 0;
    stream.next_in = const_cast<Bytef *>(packed);
    stream.avail_in = uInt(std::min(count, most));
    stream.next_out = out;
    stream.avail_out = uInt(std::min(room, most));
    inflate(&stream, Z_SYNC_FLUSH);
    const size_t made = stream.total_out;
    inflateEnd(&stream);
    return made;
}

#include "COpenJPEG.hpp"

#include <algorithm>
#include <cstring>

namespace vigil::jpeg2000 {
namespace {

OPJ_SIZE_T readSome(void *out, OPJ_SIZE_T count, void *user) {
    auto *source = static_cast<Source *>(user);
    const size_t left = source->count - source->position;
    const size_t taken = std::min<size_t>(count, left);
    if (taken == 0) return OPJ_SIZE_T(-1);
    std::memcpy(out, source->data + source->position, taken);
    source->position += taken;
    return taken;
}

OPJ_OFF_T skipSome(OPJ_OFF_T count, void *user) {
    auto *source = static_cast<Source *>(user);
    if (count < 0) return -1;
    const size_t left = source->count - source->position;
    const size_t taken = size_t(std::min<uint64_t>(uint64_t(count), left));
    source->position += taken;
    return OPJ_OFF_T(taken);
}

OPJ_BOOL seekTo(OPJ_OFF_T position, void *user) {
    auto *source = static_cast<Source *>(user);
    if (position < 0 || uint64_t(position) > source->count) return OPJ_FALSE;
    source->position = size_t(position);
    return OPJ_TRUE;
}

}  // namespace

Stream openStream(Source &source) {
    Stream stream(opj_stream_create(OPJ_J2K_STREAM_CHUNK_SIZE, OPJ_TRUE));
    if (!stream) return stream;
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), source.count);
    opj_stream_set_read_function(stream.get(), readSome);
    opj_stream_set_skip_function(stream.get(), skipSome);
    opj_stream_set_seek_function(stream.get(), seekTo);
    return stream;
}

}  // namespace vigil::jpeg2000

#include "COpenJPEG.hpp"

#include <cstring>

namespace vigil::jpeg2000 {
namespace {

void reach(Sink &sink, size_t end) {
    if (sink.bytes.size() < end) sink.bytes.resize(end);
}

OPJ_SIZE_T writeSome(void *data, OPJ_SIZE_T count, void *user) {
    auto &sink = *static_cast<Sink *>(user);
    reach(sink, sink.position + count);
    std::memcpy(sink.bytes.data() + sink.position, data, count);
    sink.position += count;
    return count;
}

OPJ_OFF_T skipSome(OPJ_OFF_T count, void *user) {
    auto &sink = *static_cast<Sink *>(user);
    if (count < 0) return -1;
    sink.position += size_t(count);
    reach(sink, sink.position);
    return count;
}

OPJ_BOOL seekTo(OPJ_OFF_T position, void *user) {
    auto &sink = *static_cast<Sink *>(user);
    if (position < 0) return OPJ_FALSE;
    sink.position = size_t(position);
    reach(sink, sink.position);
    return OPJ_TRUE;
}

}  // namespace

Stream openStream(Sink &sink) {
    Stream stream(opj_stream_create(1 << 20, OPJ_FALSE));
    if (!stream) return stream;
    opj_stream_set_user_data(stream.get(), &sink, nullptr);
    opj_stream_set_write_function(stream.get(), writeSome);
    opj_stream_set_skip_function(stream.get(), skipSome);
    opj_stream_set_seek_function(stream.get(), seekTo);
    return stream;
}

}  // namespace vigil::jpeg2000

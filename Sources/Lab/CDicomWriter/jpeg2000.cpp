// JPEG 2000 lossless (transfer syntax .90) by OpenJPEG.

#include "internal.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include <openjpeg-2.5/openjpeg.h>

namespace vigil {
namespace {

struct Sink {
    std::vector<uint8_t> bytes;
    size_t position = 0;
};

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

struct CodecFree {
    void operator()(opj_codec_t *codec) const { opj_destroy_codec(codec); }
};
struct StreamFree {
    void operator()(opj_stream_t *stream) const { opj_stream_destroy(stream); }
};
struct ImageFree {
    void operator()(opj_image_t *image) const { opj_image_destroy(image); }
};

using Codec = std::unique_ptr<opj_codec_t, CodecFree>;
using Stream = std::unique_ptr<opj_stream_t, StreamFree>;
using Image = std::unique_ptr<opj_image_t, ImageFree>;

Image makeImage(const Frame &frame) {
    opj_image_cmptparm_t component = {};
    component.dx = component.dy = 1;
    component.w = frame.columns;
    component.h = frame.rows;
    component.prec = frame.bits;
    Image image(opj_image_create(1, &component, OPJ_CLRSPC_GRAY));
    if (!image) return image;
    image->x1 = frame.columns;
    image->y1 = frame.rows;
    std::copy_n(frame.pixels, size_t(frame.rows) * frame.columns, image->comps[0].data);
    return image;
}

int resolutions(const Frame &frame) {
    int levels = 1;
    for (uint32_t side = std::min(frame.rows, frame.columns); side >= 64 && levels < 6; side /= 2) {
        ++levels;
    }
    return levels;
}

}  // namespace

std::vector<uint8_t> encodeJpeg2000(const Frame &frame) {
    Image image = makeImage(frame);
    Codec codec(opj_create_compress(OPJ_CODEC_J2K));
    Stream stream(opj_stream_create(1 << 20, OPJ_FALSE));
    if (!image || !codec || !stream) return {};
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.tcp_rates[0] = 0;
    parameters.cp_disto_alloc = 1;
    parameters.irreversible = 0;
    parameters.numresolution = resolutions(frame);
    Sink sink;
    opj_stream_set_user_data(stream.get(), &sink, nullptr);
    opj_stream_set_write_function(stream.get(), writeSome);
    opj_stream_set_skip_function(stream.get(), skipSome);
    opj_stream_set_seek_function(stream.get(), seekTo);
    const bool encoded = opj_setup_encoder(codec.get(), &parameters, image.get()) &&
                         opj_start_compress(codec.get(), image.get(), stream.get()) &&
                         opj_encode(codec.get(), stream.get()) &&
                         opj_end_compress(codec.get(), stream.get());
    if (!encoded) return {};
    return std::move(sink.bytes);
}

}  // namespace vigil

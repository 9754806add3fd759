// JPEG 2000 lossless (transfer syntax .90) by OpenJPEG.

#include "internal.hpp"

#include <algorithm>

#include "COpenJPEG.hpp"

namespace vigil {
using namespace jpeg2000;
namespace {

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
    Sink sink;
    Stream stream = openStream(sink);
    if (!image || !codec || !stream) return {};
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.tcp_rates[0] = 0;
    parameters.cp_disto_alloc = 1;
    parameters.irreversible = 0;
    parameters.numresolution = resolutions(frame);
    const bool encoded = opj_setup_encoder(codec.get(), &parameters, image.get()) &&
                         opj_start_compress(codec.get(), image.get(), stream.get()) &&
                         opj_encode(codec.get(), stream.get()) &&
                         opj_end_compress(codec.get(), stream.get());
    if (!encoded) return {};
    return std::move(sink.bytes);
}

}  // namespace vigil

// OpenJPEG's objects with owners, and its streams over memory: for those who decode and for those
// who encode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <openjpeg-2.5/openjpeg.h>

namespace vigil::jpeg2000 {

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

// Bytes that are read; they outlive it.
struct Source {
    const uint8_t *data;
    size_t count;
    size_t position = 0;
};

// Bytes that are written.
struct Sink {
    std::vector<uint8_t> bytes;
    size_t position = 0;
};

// Streams over these, which outlive them; null where memory is short.
Stream openStream(Source &source);
Stream openStream(Sink &sink);

}  // namespace vigil::jpeg2000

// PNG by libpng and JPEG by libjpeg, to 8-bit grey as Pillow's `convert("L")` gives it.

#include "internal.hpp"

#include <cstdio>
#include <cstring>

#include <jpeglib.h>

#include <jerror.h>
#include <png.h>

namespace vigil {
namespace {

struct PngSource {
    Bytes file;
    size_t position = 0;
    bool truncated = false;
};

// libpng wants errors to leave by longjmp or by an exception; the library is built with unwind
// tables on every Debian architecture, and the memory it holds is freed by PngReader.
[[noreturn]] void onPngError(png_structp png, png_const_charp) {
    const auto *source = static_cast<PngSource *>(png_get_error_ptr(png));
    fail(source->truncated ? VIGIL_DECODE_TRUNCATED : VIGIL_DECODE_CORRUPT);
}

void onPngWarning(png_structp, png_const_charp) {}

void readPngBytes(png_structp png, png_bytep out, png_size_t count) {
    auto *source = static_cast<PngSource *>(png_get_io_ptr(png));
    if (count > source->file.count - source->position) {
        source->truncated = true;
        png_error(png, "truncated");
    }
    std::memcpy(out, source->file.data + source->position, count);
    source->position += count;
}

struct PngReader {
    PngSource source;
    png_structp png = nullptr;
    png_infop info = nullptr;

    explicit PngReader(Bytes file) {
        source.file = file;
        png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, onPngError, onPngWarning);
        if (png == nullptr) throw std::bad_alloc();
        info = png_create_info_struct(png);
        png_set_read_fn(png, &source, readPngBytes);
        png_set_chunk_malloc_max(png, 16u << 20);
    }
    ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
    PngReader(const PngReader &) = delete;
    PngReader &operator=(const PngReader &) = delete;
};

}  // namespace

void judgeRaster(const vigil_decode_options &options) {
    if (options.judge == nullptr) return;
    vigil_header header = {};
    header.age_days = -1;
    header.has_pixels = 1;
    require(options.judge(&header) == 0, VIGIL_DECODE_LEFT_OUT);
}

void decodePng(Bytes file, const vigil_decode_options &options, vigil_decoded &out) {
    PngReader reader(file);
    if (reader.info == nullptr) throw std::bad_alloc();
    png_set_user_limits(reader.png, options.max_side, options.max_side);
    png_read_info(reader.png, reader.info);
    Geometry geometry;
    geometry.rows = png_get_image_height(reader.png, reader.info);
    geometry.columns = png_get_image_width(reader.png, reader.info);
    const int depth = png_get_bit_depth(reader.png, reader.info);
    const int type = png_get_color_type(reader.png, reader.info);
    const bool colour = (type & PNG_COLOR_MASK_COLOR) != 0;
    geometry.samples = colour ? 3 : 1;
    checkLimits(geometry, options);
    out.container = VIGIL_CONTAINER_PNG;
    out.bits_stored = uint16_t(depth);

    if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(reader.png);
    if (type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(reader.png);
    if (depth == 16) png_set_strip_16(reader.png);
    if ((type & PNG_COLOR_MASK_ALPHA) != 0) png_set_strip_alpha(reader.png);
    png_set_interlace_handling(reader.png);
    png_read_update_info(reader.png, reader.info);

    const size_t stride = png_get_rowbytes(reader.png, reader.info);
    const size_t channels = png_get_channels(reader.png, reader.info);
    const size_t wanted = size_t(geometry.columns) * channels;
    require(stride == wanted && channels == geometry.samples, VIGIL_DECODE_PIXEL_FORMAT);
    std::vector<uint8_t> samples(stride * geometry.rows);
    std::vector<png_bytep> rows(geometry.rows);
    for (size_t row = 0; row < geometry.rows; ++row) rows[row] = samples.data() + row * stride;
    png_read_image(reader.png, rows.data());
    png_read_end(reader.png, nullptr);

    allocatePixels(geometry, out);
    if (!colour) {
        std::memcpy(out.pixels, samples.data(), out.pixel_count);
        return;
    }
    for (size_t i = 0; i < out.pixel_count; ++i) {
        out.pixels[i] = luma(samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]);
    }
}

namespace {

struct JpegReader {
    jpeg_decompress_struct codec{};
    jpeg_error_mgr errors{};
    bool truncated = false;

    JpegReader() {
        codec.err = jpeg_std_error(&errors);
        errors.error_exit = [](j_common_ptr common) {
            const auto *reader = static_cast<JpegReader *>(common->client_data);
            fail(reader->truncated ? VIGIL_DECODE_TRUNCATED : VIGIL_DECODE_CORRUPT);
        };
        // Most warnings mean that pixels were made up; the two others harm nothing.
        errors.emit_message = [](j_common_ptr common, int level) {
            const int code = common->err->msg_code;
            const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM;
            if (level < 0 && !harmless) common->err->error_exit(common);
        };
        errors.output_message = [](j_common_ptr) {};
        codec.client_data = this;
        jpeg_create_decompress(&codec);
    }
    ~JpegReader() { jpeg_destroy_decompress(&codec); }
    JpegReader(const JpegReader &) = delete;
    JpegReader &operator=(const JpegReader &) = delete;
};

// A memory source that says when the stream ended too soon.
void setSource(JpegReader &reader, Bytes file) {
    jpeg_mem_src(&reader.codec, file.data, file.count);
    reader.codec.src->fill_input_buffer = [](j_decompress_ptr codec) -> boolean {
        static_cast<JpegReader *>(codec->client_data)->truncated = true;
        fail(VIGIL_DECODE_TRUNCATED);
    };
}

}  // namespace

void decodeJpeg(Bytes file, const vigil_decode_options &options, vigil_decoded &out) {
    JpegReader reader;
    auto &codec = reader.codec;
    setSource(reader, file);
    jpeg_read_header(&codec, TRUE);
    Geometry geometry;
    geometry.rows = codec.image_height;
    geometry.columns = codec.image_width;
    geometry.samples = codec.num_components == 1 ? 1 : 3;
    checkLimits(geometry, options);
    require(codec.num_components == 1 || codec.num_components == 3, VIGIL_DECODE_PIXEL_FORMAT);
    out.container = VIGIL_CONTAINER_JPEG;
    out.bits_stored = 8;
    out.lossy = 1;

    codec.out_color_space = geometry.samples == 1 ? JCS_GRAYSCALE : JCS_RGB;
    codec.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&codec);
    allocatePixels(geometry, out);
    std::vector<uint8_t> line(size_t(geometry.columns) * geometry.samples);
    for (size_t row = 0; row < geometry.rows; ++row) {
        JSAMPROW target = line.data();
        jpeg_read_scanlines(&codec, &target, 1);
        uint8_t *grey = out.pixels + row * geometry.columns;
        if (geometry.samples == 1) {
            std::memcpy(grey, line.data(), line.size());
            continue;
        }
        for (size_t i = 0; i < geometry.columns; ++i) {
            grey[i] = luma(line[3 * i], line[3 * i + 1], line[3 * i + 2]);
        }
    }
}

}  // namespace vigil

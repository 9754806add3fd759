// Small decoders of our own: JPEG headers, RLE, and a bounded inflate.

#include "internal.hpp"

#include <algorithm>

#include <zlib.h>

namespace vigil {
namespace {

bool isFrameHeader(uint8_t marker) {
    const bool sof = marker >= 0xc0 && marker <= 0xcf;
    const bool other = marker == 0xc4 || marker == 0xc8 || marker == 0xcc;
    return (sof && !other) || marker == 0xf7;  // F7: JPEG-LS
}

uint32_t big16(const uint8_t *p) { return uint32_t(p[0]) << 8 | p[1]; }

uint32_t little32(const uint8_t *p) {
    return uint32_t(p[0]) | uint32_t(p[1]) << 8 | uint32_t(p[2]) << 16 | uint32_t(p[3]) << 24;
}

}  // namespace

namespace {

// What an application segment says of the colour model: JFIF's APP0, and Adobe's APP14 (TN 5116).
void readApplication(Bytes segment, uint8_t marker, JpegHeader &header) {
    if (marker == 0xe0 && segment.startsWith("JFIF\0", 5)) header.hasJfif = true;
    if (marker == 0xee && segment.count >= 12 && segment.startsWith("Adobe", 5)) {
        header.adobeTransform = segment[11];
    }
}

// The frame header after its length: precision, size, components (T.81 B.2.2).
bool readFrame(Bytes segment, uint8_t marker, JpegHeader &header) {
    if (segment.count < 6) return false;
    header.process = marker;
    header.precision = segment[0];
    header.rows = big16(segment.data + 1);
    header.columns = big16(segment.data + 3);
    header.components = segment[5];
    if (segment.count < 6 + 3 * size_t(header.components)) return false;
    const uint8_t *component = segment.data + 6;
    for (uint32_t i = 1; i < header.components; ++i) {
        if (component[3 * i + 1] != component[1]) header.isSubsampled = true;
    }
    header.hasRgbNames = header.components == 3 && (component[0] | 32) == 'r' &&
                         (component[3] | 32) == 'g' && (component[6] | 32) == 'b';
    return true;
}

}  // namespace

bool readJpegHeader(Bytes stream, JpegHeader &header) {
    if (!stream.startsWith("\xff\xd8", 2)) return false;
    header = JpegHeader{};
    size_t at = 2;
    while (at + 4 <= stream.count) {
        if (stream[at] != 0xff) return false;
        const uint8_t marker = stream[at + 1];
        if (marker == 0xff) {  // fill byte
            ++at;
            continue;
        }
        const size_t length = big16(stream.data + at + 2);
        if (marker == 0xda || length < 2 || length > stream.count - at - 2) return false;
        const Bytes segment{stream.data + at + 4, length - 2};
        if (isFrameHeader(marker)) return readFrame(segment, marker, header);
        readApplication(segment, marker, header);
        at += 2 + length;
    }
    return false;
}

bool readJpegLSHeader(Bytes stream, JpegLSHeader &header) {
    header = JpegLSHeader{};
    if (!readJpegHeader(stream, header.frame) || header.frame.process != 0xf7) return false;
    size_t at = 2;
    while (at + 4 <= stream.count && stream[at] == 0xff) {
        const uint8_t marker = stream[at + 1];
        const size_t length = marker == 0xff ? 0 : big16(stream.data + at + 2);
        if (length < 2 || length > stream.count - at - 2) return false;
        const uint8_t *p = stream.data + at + 4;
        at += 2 + length;
        if (marker == 0xdd) return false;
        if (marker == 0xf8 && length >= 13 && p[0] == 1) {
            header.greatest = int(big16(p + 1));
            header.first = int(big16(p + 3));
            header.second = int(big16(p + 5));
            header.third = int(big16(p + 7));
            header.reset = int(big16(p + 9));
        }
        if (marker != 0xda) continue;
        const size_t components = p[0];
        if (length < 6 + 2 * components) return false;
        header.near = p[1 + 2 * components];
        header.scan = Bytes{stream.data + at, stream.count - at};
        return true;
    }
    return false;
}

// One RLE segment is PackBits; `step` spreads its bytes over the samples.
static void decodeSegment(Bytes segment, size_t pixels, size_t step, uint8_t *out) {
    size_t at = 0;
    size_t done = 0;
    while (done < pixels) {
        require(at < segment.count, VIGIL_DECODE_TRUNCATED);
        const uint8_t control = segment[at++];
        if (control == 128) continue;
        if (control < 128) {
            const size_t run = std::min<size_t>(size_t(control) + 1, pixels - done);
            require(run <= segment.count - at, VIGIL_DECODE_TRUNCATED);
            for (size_t i = 0; i < run; ++i) out[(done + i) * step] = segment[at + i];
            at += size_t(control) + 1;
            done += run;
        } else {
            require(at < segment.count, VIGIL_DECODE_TRUNCATED);
            const size_t run = std::min<size_t>(257 - size_t(control), pixels - done);
            for (size_t i = 0; i < run; ++i) out[(done + i) * step] = segment[at];
            at += 1;
            done += run;
        }
    }
}

std::vector<uint8_t> decodeRle(Bytes stream, const Geometry &geometry, uint32_t bytesPerSample) {
    require(stream.count >= 64, VIGIL_DECODE_TRUNCATED);
    const uint32_t segments = geometry.samples * bytesPerSample;
    require(segments <= 15 && little32(stream.data) == segments, VIGIL_DECODE_CORRUPT);
    const size_t pixels = geometry.pixels();
    std::vector<uint8_t> out(pixels * segments);
    for (uint32_t i = 0; i < segments; ++i) {
        const size_t start = little32(stream.data + 4 + 4 * i);
        const bool last = i + 1 == segments;
        const size_t end = last ? stream.count : little32(stream.data + 8 + 4 * i);
        require(start >= 64 && start <= end, VIGIL_DECODE_CORRUPT);
        require(end <= stream.count, VIGIL_DECODE_TRUNCATED);
        // Segments hold the most significant byte of a sample first.
        const size_t sample = i / bytesPerSample;
        const size_t byte = bytesPerSample - 1 - i % bytesPerSample;
        decodeSegment(Bytes{stream.data + start, end - start}, pixels, segments,
                      out.data() + sample * bytesPerSample + byte);
    }
    return out;
}

std::vector<uint8_t> inflateBounded(Bytes stream, uint64_t limit) {
    struct Inflater {
        z_stream z{};
        bool ready = false;
        ~Inflater() {
            if (ready) inflateEnd(&z);
        }
    } inflater;
    z_stream &z = inflater.z;
    require(inflateInit2(&z, -MAX_WBITS) == Z_OK, VIGIL_DECODE_OUT_OF_MEMORY);
    inflater.ready = true;
    require(stream.count <= UINT32_MAX, VIGIL_DECODE_TOO_LARGE);
    z.next_in = const_cast<Bytef *>(stream.data);
    z.avail_in = uInt(stream.count);
    std::vector<uint8_t> out;
    std::vector<uint8_t> piece(256 * 1024);
    for (;;) {
        z.next_out = piece.data();
        z.avail_out = uInt(piece.size());
        const int status = inflate(&z, Z_NO_FLUSH);
        const size_t made = piece.size() - z.avail_out;
        require(made <= limit - out.size(), VIGIL_DECODE_TOO_LARGE);
        out.insert(out.end(), piece.begin(), piece.begin() + std::ptrdiff_t(made));
        if (status == Z_STREAM_END) return out;
        require(status != Z_BUF_ERROR, VIGIL_DECODE_TRUNCATED);
        require(status == Z_OK, VIGIL_DECODE_CORRUPT);
        require(made > 0 || z.avail_in > 0, VIGIL_DECODE_TRUNCATED);
    }
}

}  // namespace vigil

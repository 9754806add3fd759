// The C entry points: tells the formats apart, and lets no exception through.

#include "internal.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

#include <malloc.h>

namespace vigil {

namespace {

// Of the file that this thread decodes.
thread_local uint32_t notes = 0;

}  // namespace

void note(vigil_note what) { notes |= uint32_t(what); }

bool Bytes::startsWith(const char *text, size_t length) const {
    return count >= length && std::memcmp(data, text, length) == 0;
}

void checkLimits(const Geometry &geometry, const vigil_decode_options &options) {
    require(geometry.rows > 0 && geometry.columns > 0, VIGIL_DECODE_BAD_ATTRIBUTES);
    const bool sides = geometry.rows <= options.max_side && geometry.columns <= options.max_side;
    require(sides && geometry.frames <= options.max_frames, VIGIL_DECODE_TOO_MANY_PIXELS);
    // Sides and frames are 32-bit and samples at most 4, so 128 bits hold the product.
    const unsigned __int128 total =
        (unsigned __int128)geometry.rows * geometry.columns * geometry.frames * geometry.samples;
    require(total <= options.max_pixels, VIGIL_DECODE_TOO_MANY_PIXELS);
}

void allocatePixels(const Geometry &geometry, vigil_decoded &out) {
    const size_t total = geometry.pixels() * geometry.frames;
    out.pixels = static_cast<uint8_t *>(std::malloc(total));
    if (out.pixels == nullptr) throw std::bad_alloc();
    out.pixel_count = total;
    out.rows = geometry.rows;
    out.columns = geometry.columns;
    out.frames = geometry.frames;
    out.samples = uint16_t(geometry.samples);
}

void allocateValues(vigil_decoded &out) {
    out.values = static_cast<int16_t *>(std::malloc(out.pixel_count * sizeof(int16_t)));
    if (out.values == nullptr) throw std::bad_alloc();
}

namespace {

const char pngMagic[] = "\x89PNG\r\n\x1a\n";

// Whether bytes look like an encrypted envelope: CMS enveloped data (RFC 5652, the form of DICOM
// secure media, PS3.15 annex D), OpenSSL's salted files, age, or PGP armour.
bool isEnvelope(Bytes file) {
    if (file.startsWith("Salted__", 8) || file.startsWith("age-encryption.org/", 19) ||
        file.startsWith("-----BEGIN PGP MESSAGE", 22)) {
        return true;
    }
    if (file.count < 16 || file[0] != 0x30) return false;
    const char envelopedData[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
    const size_t window = file.count < 32 ? file.count : 32;
    return memmem(file.data, window, envelopedData, sizeof envelopedData - 1) != nullptr;
}

// Whether bytes without a preamble may be a data set: an element of group 2 or 8 comes first.
bool looksLikeBareDataset(Bytes file) {
    if (file.count < 16) return false;
    const bool little = (file[0] == 8 || file[0] == 2) && file[1] == 0 && file[3] == 0;
    const bool big = file[0] == 0 && (file[1] == 8 || file[1] == 2) && file[2] == 0;
    return little || big;
}

void decodeAny(Bytes file, const vigil_decode_options &options, vigil_decoded &out) {
    require(file.count > 0, VIGIL_DECODE_EMPTY);
    const bool preamble =
        file.count >= 132 && std::memcmp(file.data + 128, "DICM", 4) == 0;
    if (preamble) return decodeDicom(file, options, out);
    const bool png = file.startsWith(pngMagic, 8);
    if (png || file.startsWith("\xff\xd8\xff", 3)) {
        judgeRaster(options);
        return png ? decodePng(file, options, out) : decodeJpeg(file, options, out);
    }
    require(!isEnvelope(file), VIGIL_DECODE_ENCRYPTED);
    require(looksLikeBareDataset(file), VIGIL_DECODE_NOT_AN_IMAGE);
    decodeDicom(file, options, out);
}

}  // namespace
}  // namespace vigil

extern "C" int vigil_decode(const uint8_t *bytes, size_t count,
                            const vigil_decode_options *options, vigil_decoded *out) {
    std::memset(out, 0, sizeof *out);
    int status = VIGIL_DECODE_OK;
    vigil::notes = 0;
    try {
        vigil::decodeAny(vigil::Bytes{bytes, count}, *options, *out);
    } catch (const vigil::Failure &failure) {
        status = failure.status;
        out->label = uint16_t(failure.label);
    } catch (const std::bad_alloc &) {
        status = VIGIL_DECODE_OUT_OF_MEMORY;
    } catch (...) {
        status = VIGIL_DECODE_INTERNAL;
    }
    out->notes = vigil::notes;
    if (status != VIGIL_DECODE_OK) vigil_decoded_free(out);
    return status;
}

extern "C" void vigil_decoded_free(vigil_decoded *decoded) {
    std::free(decoded->pixels);
    decoded->pixels = nullptr;
    decoded->pixel_count = 0;
    std::free(decoded->values);
    decoded->values = nullptr;
    std::free(decoded->places);
    decoded->places = nullptr;
}

extern "C" void vigil_decoder_rest(void) { malloc_trim(0); }

// Parses a DICOM file, checks it against the limits, and turns its frames into grey.

#include "dicom.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace vigil {
namespace {

const char deflatedSyntax[] = "1.2.840.10008.1.2.1.99";

void readObject(DcmObject &object, Bytes bytes, E_TransferSyntax syntax) {
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data, offile_off_t(bytes.count));
    stream.setEos();
    object.transferInit();
    const OFCondition read = object.read(stream, syntax, EGL_noChange);
    object.transferEnd();
    if (read.good()) return;
    const bool ended = stream.eos() || read == EC_StreamNotifyClient || read == EC_EndOfStream ||
                       read == EC_InvalidStream || read == EC_SequDelimitationItemMissing;
    fail(ended ? VIGIL_DECODE_TRUNCATED : VIGIL_DECODE_CORRUPT);
}

// A parsed file: the meta header, where there is one, and the data set.
struct Parsed {
    DcmFileFormat file;
    std::string syntaxUID;

    DcmDataset &dataset() { return *file.getDataset(); }
};

// Where the data set of a file with a deflated transfer syntax begins: preamble, prefix, then the
// group length of group 2 counts the rest of the meta header.
std::optional<size_t> deflatedStart(Bytes file) {
    if (file.count < 144 || std::memcmp(file.data + 132, "\x02\x00\x00\x00UL\x04\x00", 8) != 0) {
        return std::nullopt;
    }
    const uint8_t *p = file.data + 140;
    const size_t length =
        size_t(p[0]) | size_t(p[1]) << 8 | size_t(p[2]) << 16 | size_t(p[3]) << 24;
    const size_t start = 144 + length;
    if (start >= file.count) return std::nullopt;
    const bool deflated =
        memmem(file.data + 144, length, deflatedSyntax, sizeof deflatedSyntax - 1) != nullptr;
    return deflated ? std::optional(start) : std::nullopt;
}

void parse(Bytes file, const vigil_decode_options &options, Parsed &parsed) {
    if (const auto start = deflatedStart(file)) {
        const Bytes packed{file.data + *start, file.count - *start};
        const auto plain = inflateBounded(packed, options.max_inflated);
        readObject(parsed.dataset(), Bytes{plain.data(), plain.size()}, EXS_LittleEndianExplicit);
        parsed.syntaxUID = deflatedSyntax;
        return;
    }
    readObject(parsed.file, file, EXS_Unknown);
    const E_TransferSyntax syntax = parsed.dataset().getOriginalXfer();
    parsed.syntaxUID = DcmXfer(syntax).getXferID();
    if (DcmMetaInfo *meta = parsed.file.getMetaInfo()) {
        const std::string stated = textOf(*meta, DCM_TransferSyntaxUID);
        if (!stated.empty()) parsed.syntaxUID = stated;
    }
}

// The transfer syntaxes that are read; every other one is refused by name.
bool isRead(E_TransferSyntax syntax) {
    switch (syntax) {
    case EXS_LittleEndianImplicit:
    case EXS_LittleEndianExplicit:
    case EXS_BigEndianExplicit:
    case EXS_DeflatedLittleEndianExplicit:
    case EXS_JPEGProcess1:
    case EXS_JPEGProcess2_4:
    case EXS_JPEGProcess14:
    case EXS_JPEGProcess14SV1:
    case EXS_JPEGLSLossless:
    case EXS_JPEGLSLossy:
    case EXS_JPEG2000LosslessOnly:
    case EXS_JPEG2000:
    case EXS_RLELossless: return true;
    default: return false;
    }
}

void readFacts(DcmItem &dataset, const PixelFormat &format, vigil_decoded &out) {
    out.container = VIGIL_CONTAINER_DICOM;
    out.bits_stored = uint16_t(format.stored.bits);
    copyText(textOf(dataset, DCM_StudyInstanceUID), out.study_uid);
    copyText(textOf(dataset, DCM_SeriesInstanceUID), out.series_uid);
    copyText(textOf(dataset, DCM_SOPInstanceUID), out.instance_uid);
    copyText(textOf(dataset, DCM_Modality), out.modality);
    copyText(format.photometric, out.photometric);
    out.lossy = textOf(dataset, DCM_LossyImageCompression) == "01" ? 1 : 0;
    for (const auto &tag : {DCM_PixelSpacing, DCM_ImagerPixelSpacing}) {
        double spacing[2] = {0, 0};
        const bool found = readNumbers(dataset, 0, DCM_PixelMeasuresSequence, tag, 2, spacing);
        if (found && spacing[0] > 0 && spacing[1] > 0) {
            out.spacing_rows = spacing[0];
            out.spacing_columns = spacing[1];
            return;
        }
    }
}

ValueRange paddingOf(DcmItem &dataset, const StoredFormat &format) {
    ValueRange range;
    const auto value = unsignedOf(dataset, DCM_PixelPaddingValue);
    if (!value) return range;
    const auto limit = unsignedOf(dataset, DCM_PixelPaddingRangeLimit).value_or(*value);
    const int64_t one = format.value(*value & format.mask());
    const int64_t other = format.value(limit & format.mask());
    range.hasPadding = true;
    range.paddingLow = std::min(one, other);
    range.paddingHigh = std::max(one, other);
    return range;
}

// The range of modality values over all frames, for files without a window.
VoiTransform rangeOf(DcmItem &dataset, FrameSource &source, const PixelFormat &format) {
    ValueRange range = paddingOf(dataset, format.stored);
    for (uint32_t i = 0; i < format.geometry.frames; ++i) {
        const Bytes samples = source.frame(i);
        StoredFormat stored = format.stored;
        stored.bytes = source.layout().bytesPerSample;
        require(samples.count / stored.bytes >= format.geometry.pixels(), VIGIL_DECODE_TRUNCATED);
        range.add(samples, format.geometry.pixels(), stored, readModality(dataset, i, stored));
    }
    VoiTransform voi;
    voi.kind = VIGIL_USED_RANGE;
    voi.center = range.least;
    voi.width = range.greatest - range.least;
    return voi;
}

void greyFrames(DcmItem &dataset, FrameSource &source, const PixelFormat &format,
                const vigil_decode_options &options, vigil_decoded &out) {
    const Geometry &geometry = format.geometry;
    const bool invert = format.photometric == "MONOCHROME1";
    VoiTransform range;
    for (uint32_t i = 0; i < geometry.frames; ++i) {
        VoiTransform voi = readVoi(dataset, i, options);
        if (voi.kind == VIGIL_USED_RANGE) {
            if (range.kind == VIGIL_USED_NOTHING) range = rangeOf(dataset, source, format);
            voi = range;
        }
        const Bytes samples = source.frame(i);
        StoredFormat stored = format.stored;
        stored.bytes = source.layout().bytesPerSample;
        mapToGrey(samples, geometry.pixels(), stored, readModality(dataset, i, stored), voi,
                  invert, out.pixels + geometry.pixels() * i);
        if (out.values != nullptr) {
            mapToValues(samples, geometry.pixels(), stored, readModality(dataset, i, stored),
                        out.values + geometry.pixels() * i);
        }
        if (i > 0) continue;
        out.window_used = voi.kind;
        out.window_center = voi.kind == VIGIL_USED_VOI_LUT ? 0 : voi.center;
        out.window_width = voi.kind == VIGIL_USED_VOI_LUT ? 0 : voi.width;
    }
    out.inverted = invert ? 1 : 0;
}

void paletteFrames(DcmItem &dataset, FrameSource &source, const PixelFormat &format,
                   vigil_decoded &out) {
    require(format.stored.bits <= 16, VIGIL_DECODE_PIXEL_FORMAT);
    const Palette palette = readPalette(dataset);
    std::vector<uint8_t> table(size_t(format.stored.mask()) + 1);
    for (size_t raw = 0; raw < table.size(); ++raw) {
        table[raw] = palette.grey(format.stored.value(uint32_t(raw)));
    }
    const size_t pixels = format.geometry.pixels();
    for (uint32_t i = 0; i < format.geometry.frames; ++i) {
        const Bytes samples = source.frame(i);
        StoredFormat stored = format.stored;
        stored.bytes = source.layout().bytesPerSample;
        require(samples.count / stored.bytes >= pixels, VIGIL_DECODE_TRUNCATED);
        uint8_t *grey = out.pixels + pixels * i;
        for (size_t p = 0; p < pixels; ++p) grey[p] = table[stored.raw(samples.data, p)];
    }
}

void colourFrames(FrameSource &source, const PixelFormat &format, vigil_decoded &out) {
    const size_t pixels = format.geometry.pixels();
    for (uint32_t i = 0; i < format.geometry.frames; ++i) {
        const Bytes samples = source.frame(i);
        const uint32_t bits = std::min(format.stored.bits, source.layout().bytesPerSample * 8);
        colourToGrey(samples, source.layout(), format.geometry, bits, out.pixels + pixels * i);
    }
}

}  // namespace

void decodeDicom(Bytes file, const vigil_decode_options &options, vigil_decoded &out) {
    Parsed parsed;
    try {
        parse(file, options, parsed);
    } catch (const Failure &) {
        // What was read until then may tell that it is no image, whose end nobody needs.
        judgeHeader(parsed.file, false, options);
        throw;
    }
    judgeHeader(parsed.file, true, options);
    DcmDataset &dataset = parsed.dataset();
    copyText(parsed.syntaxUID, out.transfer_syntax);
    require(isRead(DcmXfer(parsed.syntaxUID.c_str()).getXfer()), VIGIL_DECODE_TRANSFER_SYNTAX);
    if (!dataset.tagExists(DCM_PixelData)) {
        require(!dataset.tagExists(DCM_EncryptedAttributesSequence), VIGIL_DECODE_ENCRYPTED);
        fail(VIGIL_DECODE_NO_PIXELS);
    }
    PixelFormat format = readPixelFormat(dataset);
    checkLimits(format.geometry, options);
    FrameSource source(dataset, format);
    // Words hold other bits below only where a codec did not make them.
    const bool codec = !source.isNative() && parsed.syntaxUID != "1.2.840.10008.1.2.5";
    if (codec) format.stored.shift = 0;
    readFacts(dataset, format, out);
    allocatePixels(format.geometry, out);
    if (options.want_values == 1) {
        const bool isGrey = format.geometry.samples == 1 && format.photometric != "PALETTE COLOR";
        require(isGrey, VIGIL_DECODE_PIXEL_FORMAT);
        allocateValues(out);
        readPlaces(dataset, format.geometry.frames, out);
    }
    if (format.photometric == "PALETTE COLOR") {
        require(format.geometry.samples == 1, VIGIL_DECODE_PIXEL_FORMAT);
        paletteFrames(dataset, source, format, out);
    } else if (format.geometry.samples == 3) {
        colourFrames(source, format, out);
    } else {
        greyFrames(dataset, source, format, options, out);
    }
}

}  // namespace vigil

extern "C" int vigil_decoder_prepare(void) {
    try {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation);
        DJLSDecoderRegistration::registerCodecs();
        const DcmDataDictionary &dictionary = dcmDataDict.rdlock();
        const int entries = dictionary.isDictionaryLoaded() ? dictionary.numberOfEntries() : 0;
        dcmDataDict.rdunlock();
        return entries;
    } catch (...) {
        return 0;
    }
}

// Checks a parsed file against the limits, and turns its frames into grey.

#include "dicom.hpp"

#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

namespace vigil {
namespace {

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

// The range of modality values over all frames, for files without a window.
VoiTransform rangeOf(DcmItem &dataset, FrameSource &source, const PixelFormat &format,
                     const Padding &padding) {
    ValueRange range;
    range.padding = padding;
    for (uint32_t i = 0; i < format.geometry.frames; ++i) {
        const Bytes samples = source.frame(i);
        const StoredFormat &stored = source.stored();
        require(samples.count / stored.bytes >= format.geometry.pixels(), VIGIL_DECODE_TRUNCATED);
        range.add(samples, format.geometry.pixels(), stored, readModality(dataset, i, stored));
    }
    if (range.trim()) note(VIGIL_NOTE_RANGE);
    VoiTransform voi;
    voi.kind = VIGIL_USED_RANGE;
    voi.center = range.least;
    voi.width = range.greatest - range.least;
    return voi;
}

void greyFrames(DcmItem &dataset, FrameSource &source, const PixelFormat &format,
                const vigil_decode_options &options, vigil_decoded &out) {
    const Geometry &geometry = format.geometry;
    const Display display = readDisplay(dataset, format);
    VoiTransform range;
    for (uint32_t i = 0; i < geometry.frames; ++i) {
        // The words' own format is known only once they are there.
        Bytes samples = source.frame(i);
        const auto modality = readModality(dataset, i, source.stored());
        VoiTransform voi =
            readVoi(dataset, i, options, modality.apply(source.stored().domain()));
        if (voi.kind == VIGIL_USED_RANGE) {
            if (range.kind == VIGIL_USED_NOTHING) {
                range = rangeOf(dataset, source, format, display.padding);
                samples = source.frame(i);
            }
            voi = range;
        }
        mapToGrey(samples, geometry.pixels(), source.stored(), modality, voi, display,
                  out.pixels + geometry.pixels() * i);
        if (out.values != nullptr) {
            mapToValues(samples, geometry.pixels(), source.stored(), modality,
                        out.values + geometry.pixels() * i);
        }
        if (i > 0) continue;
        out.window_used = voi.kind;
        out.window_center = voi.kind == VIGIL_USED_VOI_LUT ? 0 : voi.center;
        out.window_width = voi.kind == VIGIL_USED_VOI_LUT ? 0 : voi.width;
    }
    out.inverted = display.invert ? 1 : 0;
}

void paletteFrames(DcmItem &dataset, FrameSource &source, const PixelFormat &format,
                   vigil_decoded &out) {
    require(format.stored.bits <= 16, VIGIL_DECODE_PIXEL_FORMAT, VIGIL_LABEL_BITS);
    const Palette palette = readPalette(dataset, format.stored.domain());
    const size_t pixels = format.geometry.pixels();
    for (uint32_t i = 0; i < format.geometry.frames; ++i) {
        const Bytes samples = source.frame(i);
        const StoredFormat &stored = source.stored();
        require(samples.count / stored.bytes >= pixels, VIGIL_DECODE_TRUNCATED);
        require(stored.bits <= 16, VIGIL_DECODE_PIXEL_FORMAT, VIGIL_LABEL_BITS);
        std::vector<uint8_t> table(size_t(stored.mask()) + 1);
        for (size_t raw = 0; raw < table.size(); ++raw) {
            table[raw] = palette.grey(stored.value(uint32_t(raw)));
        }
        uint8_t *grey = out.pixels + pixels * i;
        for (size_t p = 0; p < pixels; ++p) grey[p] = table[stored.raw(samples.data, p)];
    }
}

void colourFrames(FrameSource &source, const PixelFormat &format, vigil_decoded &out) {
    const size_t pixels = format.geometry.pixels();
    for (uint32_t i = 0; i < format.geometry.frames; ++i) {
        const Bytes samples = source.frame(i);
        const uint32_t bits = std::min(source.stored().bits, source.layout().bytesPerSample * 8);
        colourToGrey(samples, source.layout(), format.geometry, bits, out.pixels + pixels * i);
    }
}

// Refuses a data set without pixels that are read, and says why.
void requirePixels(DcmItem &dataset) {
    if (dataset.tagExists(DCM_PixelData)) return;
    require(!dataset.tagExists(DCM_EncryptedAttributesSequence), VIGIL_DECODE_ENCRYPTED);
    const bool areFloats =
        dataset.tagExists(DCM_FloatPixelData) || dataset.tagExists(DCM_DoubleFloatPixelData);
    fail(areFloats ? VIGIL_DECODE_FLOAT_PIXELS : VIGIL_DECODE_NO_PIXELS);
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
    requirePixels(dataset);
    const PixelFormat format = readPixelFormat(dataset);
    checkLimits(format.geometry, options);
    FrameSource source(parsed, format);
    readFacts(dataset, format, out);
    allocatePixels(format.geometry, out);
    if (options.want_values == 1) {
        const bool isGrey = format.geometry.samples == 1 && format.photometric != "PALETTE COLOR";
        require(isGrey, VIGIL_DECODE_PIXEL_FORMAT, VIGIL_LABEL_PHOTOMETRIC);
        allocateValues(out);
        readPlaces(dataset, format.geometry.frames, out);
    }
    if (format.photometric == "PALETTE COLOR") {
        paletteFrames(dataset, source, format, out);
    } else if (format.geometry.samples == 3) {
        colourFrames(source, format, out);
    } else {
        if (!format.isSignStated) note(VIGIL_NOTE_ASSUMED);
        greyFrames(dataset, source, format, options, out);
    }
    out.lossy = saysLossy(dataset, parsed.syntax) || source.isLossy() ? 1 : 0;
}

}  // namespace vigil

extern "C" int vigil_decoder_prepare(void) {
    try {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        // Attributes that came through a system without their dictionary entry, as UN, are read.
        dcmEnableUnknownVRConversion.set(OFTrue);
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

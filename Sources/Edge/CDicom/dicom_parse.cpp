// Parses a file by DCMTK, and where it gives up, by the walk over its elements.

#include "dicom.hpp"
#include "dicom_walk.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <algorithm>
#include <cstring>

namespace vigil {
namespace {

const char deflatedSyntax[] = "1.2.840.10008.1.2.1.99";
const char implicitSyntax[] = "1.2.840.10008.1.2";
const char bigSyntax[] = "1.2.840.10008.1.2.2";

OFCondition readObject(DcmObject &object, Bytes bytes, E_TransferSyntax syntax) {
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data, offile_off_t(bytes.count));
    stream.setEos();
    object.transferInit();
    const OFCondition read = object.read(stream, syntax, EGL_noChange);
    object.transferEnd();
    return read;
}

E_TransferSyntax syntaxOf(Encoding encoding) {
    if (encoding.isBig) return EXS_BigEndianExplicit;
    return encoding.isExplicit ? EXS_LittleEndianExplicit : EXS_LittleEndianImplicit;
}

Encoding encodingOf(const std::string &syntaxUID) {
    return Encoding{syntaxUID != implicitSyntax, syntaxUID == bigSyntax};
}

// By the first fragment: what the pixels are when the name says native.
E_TransferSyntax sniffed(const std::vector<Bytes> &fragments) {
    for (size_t i = 1; i < fragments.size(); ++i) {
        const Bytes stream = fragments[i];
        JpegHeader header;
        if (stream.startsWith("\xff\x4f\xff\x51", 4)) return EXS_JPEG2000;
        if (!readJpegHeader(stream, header)) continue;
        if (header.isLS()) return EXS_JPEGLSLossless;
        return header.isDct() ? EXS_JPEGProcess2_4 : EXS_JPEGProcess14SV1;
    }
    fail(VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_SYNTAX);
}

}  // namespace

std::unique_ptr<DcmPixelData> encapsulated(const std::vector<Bytes> &fragments,
                                           E_TransferSyntax syntax) {
    auto sequence = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
    for (const Bytes &fragment : fragments) {
        auto item = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
        // DCMTK copies; an odd length would get a byte more.
        const auto count = static_cast<unsigned long>(fragment.count);
        const auto put = item->putUint8Array(fragment.data, count);
        require(put.good(), VIGIL_DECODE_INTERNAL);
        require(sequence->insert(item.release()).good(), VIGIL_DECODE_INTERNAL);
    }
    auto element = std::make_unique<DcmPixelData>(DCM_PixelData);
    element->putOriginalRepresentation(syntax, nullptr, sequence.release());
    return element;
}

namespace {

void putNative(DcmDataset &dataset, Bytes value, bool isBig) {
    auto element = std::make_unique<DcmPixelData>(DCM_PixelData);
    element->setVR(EVR_OB);
    const auto put = element->putUint8Array(value.data, static_cast<unsigned long>(value.count));
    require(put.good(), VIGIL_DECODE_INTERNAL);
    const bool areWords = unsignedOf(dataset, DCM_BitsAllocated).value_or(8) > 8;
    Uint8 *bytes = nullptr;
    if (isBig && areWords && element->getUint8Array(bytes).good() && bytes != nullptr) {
        for (size_t i = 0; i + 2 <= value.count; i += 2) std::swap(bytes[i], bytes[i + 1]);
    }
    require(dataset.insert(element.release()).good(), VIGIL_DECODE_INTERNAL);
}

// Reads the elements before the pixels, which are whole, and puts the pixels behind them.
void readByWalk(Bytes file, size_t start, Encoding encoding, Parsed &parsed) {
    const PixelPlace place = findPixels(file, start, encoding);
    DcmDataset &dataset = parsed.dataset();
    dataset.clear();
    const Bytes before{file.data + start, place.start - start};
    require(readObject(dataset, before, syntaxOf(encoding)).good(), VIGIL_DECODE_CORRUPT);
    parsed.isCut = place.isCut;
    const E_TransferSyntax named = DcmXfer(parsed.syntaxUID.c_str()).getXfer();
    const bool isNamedCodec = named != EXS_Unknown && DcmXfer(named).isEncapsulated();
    if (!place.isEncapsulated) {
        parsed.syntax = syntaxOf(encoding);
        if (parsed.syntaxUID.empty()) parsed.syntaxUID = DcmXfer(parsed.syntax).getXferID();
        if (isNamedCodec) note(VIGIL_NOTE_ENCODING);
        return putNative(dataset, place.value, encoding.isBig);
    }
    parsed.syntax = isNamedCodec ? named : sniffed(place.fragments);
    if (parsed.syntaxUID.empty()) parsed.syntaxUID = DcmXfer(parsed.syntax).getXferID();
    if (!isNamedCodec) note(VIGIL_NOTE_ENCODING);
    auto element = encapsulated(place.fragments, parsed.syntax);
    require(dataset.insert(element.release()).good(), VIGIL_DECODE_INTERNAL);
}

// Whether native pixels have bytes: DCMTK takes compressed ones under a native name for nothing.
bool hasPlausiblePixels(Parsed &parsed) {
    DcmElement *element = nullptr;
    if (parsed.dataset().findAndGetElement(DCM_PixelData, element).bad()) return true;
    auto *pixels = dynamic_cast<DcmPixelData *>(element);
    if (pixels == nullptr) return false;
    if (DcmXfer(parsed.syntax).isEncapsulated()) return true;
    Uint8 *bytes = nullptr;
    Uint16 *words = nullptr;
    return (pixels->getUint8Array(bytes).good() && bytes != nullptr) ||
           (pixels->getUint16Array(words).good() && words != nullptr);
}

bool readByDcmtk(Bytes file, Parsed &parsed) {
    if (readObject(parsed.file, file, EXS_Unknown).bad()) return false;
    parsed.syntax = parsed.dataset().getOriginalXfer();
    if (parsed.syntaxUID.empty()) parsed.syntaxUID = DcmXfer(parsed.syntax).getXferID();
    return hasPlausiblePixels(parsed);
}

void readDeflated(Bytes packed, const vigil_decode_options &options, Parsed &parsed) {
    const auto plain = inflateBounded(packed, options.max_inflated);
    const Bytes bytes{plain.data(), plain.size()};
    parsed.syntax = EXS_LittleEndianExplicit;
    if (readObject(parsed.dataset(), bytes, EXS_LittleEndianExplicit).good()) return;
    readByWalk(bytes, 0, encodingAt(bytes, 0), parsed);
}

}  // namespace

void parse(Bytes file, const vigil_decode_options &options, Parsed &parsed) {
    const MetaHeader meta = readMetaHeader(file);
    parsed.syntaxUID = meta.syntaxUID;
    const bool isPlain = seemsDataset(file, meta.end);
    if (meta.syntaxUID == deflatedSyntax && !isPlain) {
        require(meta.end < file.count, VIGIL_DECODE_TRUNCATED);
        return readDeflated(Bytes{file.data + meta.end, file.count - meta.end}, options, parsed);
    }
    const Encoding found = encodingAt(file, meta.end);
    const bool isNative = meta.syntaxUID != deflatedSyntax;
    const bool isAsNamed = meta.syntaxUID.empty() || !isPlain ||
                           (isNative && found == encodingOf(meta.syntaxUID));
    if (isAsNamed && readByDcmtk(file, parsed)) return;
    if (!isAsNamed) note(VIGIL_NOTE_ENCODING);
    readByWalk(file, meta.end, found, parsed);
}

}  // namespace vigil

// Frames of native and encapsulated pixel data (PS3.5 section 8 and annex A.4).

#include "dicom.hpp"

#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <algorithm>
#include <cstring>

namespace vigil {
namespace {

bool isJpeg2000(E_TransferSyntax syntax) {
    return syntax == EXS_JPEG2000LosslessOnly || syntax == EXS_JPEG2000;
}

bool isJpegLS(E_TransferSyntax syntax) {
    return syntax == EXS_JPEGLSLossless || syntax == EXS_JPEGLSLossy;
}

bool isJpeg(E_TransferSyntax syntax) {
    return syntax == EXS_JPEGProcess1 || syntax == EXS_JPEGProcess2_4 ||
           syntax == EXS_JPEGProcess14 || syntax == EXS_JPEGProcess14SV1;
}

bool isJpeg2000Stream(Bytes stream) {
    return stream.startsWith("\xff\x4f\xff\x51", 4) ||
           stream.startsWith("\0\0\0\x0cjP  ", 8);
}

Bytes bytesOf(DcmPixelSequence &sequence, unsigned long index) {
    DcmPixelItem *item = nullptr;
    require(sequence.getItem(item, index).good() && item != nullptr, VIGIL_DECODE_TRUNCATED);
    Uint8 *data = nullptr;
    const size_t count = item->getLength();
    if (count == 0) return {};
    require(item->getUint8Array(data).good() && data != nullptr, VIGIL_DECODE_TRUNCATED);
    return Bytes{data, count};
}

// Whether a fragment begins a frame: JPEG and JPEG-LS by SOI, JPEG 2000 by SOC or a JP2 signature.
bool beginsFrame(Bytes fragment) {
    return fragment.startsWith("\xff\xd8\xff", 3) || isJpeg2000Stream(fragment);
}

}  // namespace

FrameSource::FrameSource(Parsed &parsed, const PixelFormat &format)
    : dataset_(parsed.dataset()), format_(format), isCut_(parsed.isCut), syntax_(parsed.syntax) {
    DcmElement *element = nullptr;
    require(dataset_.findAndGetElement(DCM_PixelData, element).good() && element != nullptr,
            VIGIL_DECODE_NO_PIXELS);
    element_ = dynamic_cast<DcmPixelData *>(element);
    require(element_ != nullptr, VIGIL_DECODE_NO_PIXELS);
    layout_.bytesPerSample = format.stored.bytes;
    layout_.planar = format.planar;
    layout_.colour = format.photometric;
    stored_ = format.stored;
    if (DcmXfer(syntax_).isEncapsulated()) {
        const auto found = element_->getEncapsulatedRepresentation(syntax_, nullptr, sequence_);
        if (found.good() && sequence_ != nullptr) {
            mapFragments();
            return;
        }
        // Native pixels under the name of a codec: by their length they may be whole.
        sequence_ = nullptr;
        note(VIGIL_NOTE_ENCODING);
    }
    takeNative();
}

void FrameSource::takeNative() {
    // DCMTK holds words in the byte order of the machine, so that their bytes read little-endian.
    const size_t length = element_->getLength();
    Uint8 *bytes = nullptr;
    Uint16 *words = nullptr;
    Bytes found;
    if (element_->getUint8Array(bytes).good() && bytes != nullptr) {
        found = Bytes{bytes, length};
    } else if (element_->getUint16Array(words).good() && words != nullptr) {
        found = Bytes{reinterpret_cast<const uint8_t *>(words), length};
    }
    const bool isEmpty = found.data == nullptr || found.count == 0;
    require(!isEmpty, isCut_ ? VIGIL_DECODE_TRUNCATED : VIGIL_DECODE_NO_PIXELS);
    native_ = checkedNative(found, format_, isCut_);
    layout_.colour = native_.colour;
}

Bytes FrameSource::frame(uint32_t index) {
    if (sequence_ != nullptr) return codecFrame(index);
    return format_.bitsAllocated == 1 ? bitFrame(index) : nativeFrame(index);
}

Bytes FrameSource::nativeFrame(uint32_t index) {
    const size_t size = native_.frameSize;
    const Bytes found{native_.bytes.data + size * index, size};
    if (index == 0) stored_.shift = shiftOf(found, format_.stored);
    const bool swapped = syntax_ == EXS_BigEndianExplicit && format_.stored.bytes == 4;
    if (!swapped) return found;
    // Big-endian OW holds the high word of a 32-bit sample first.
    scratch_.assign(found.data, found.data + size);
    for (size_t i = 0; i + 4 <= size; i += 4) {
        std::swap(scratch_[i], scratch_[i + 2]);
        std::swap(scratch_[i + 1], scratch_[i + 3]);
    }
    return Bytes{scratch_.data(), size};
}

Bytes FrameSource::bitFrame(uint32_t index) {
    const size_t pixels = format_.geometry.pixels();
    const size_t first = pixels * index;
    require((first + pixels + 7) / 8 <= native_.bytes.count, VIGIL_DECODE_TRUNCATED);
    scratch_.resize(pixels);
    for (size_t i = 0; i < pixels; ++i) {
        const size_t bit = first + i;
        scratch_[i] = (native_.bytes[bit / 8] >> (bit % 8)) & 1;
    }
    return Bytes{scratch_.data(), pixels};
}

void FrameSource::mapFragments() {
    const unsigned long items = sequence_->card();
    const unsigned long fragments = items < 1 ? 0 : items - 1;  // item 0: basic offset table
    const uint32_t frames = format_.geometry.frames;
    if (fragments < frames || fragments == 0) {
        fail(isCut_ ? VIGIL_DECODE_TRUNCATED : VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_FRAMES);
    }
    if (fragments == frames) {
        for (unsigned long i = 1; i <= items; ++i) starts_.push_back(i);
        return;
    }
    if (frames == 1) {
        // Pieces of one stream, and not the streams of several frames.
        for (unsigned long i = 2; i < items; ++i) {
            const bool isAnother = beginsFrame(bytesOf(*sequence_, i)) ||
                                   syntax_ == EXS_RLELossless;
            require(!isAnother, VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_FRAMES);
        }
        starts_ = {1, items};
        return;
    }
    useOffsetTable();
    if (starts_.empty()) useStartMarkers();
    require(starts_.size() == size_t(frames) + 1, VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_FRAMES);
}

void FrameSource::useOffsetTable() {
    const uint32_t frames = format_.geometry.frames;
    const Bytes table = bytesOf(*sequence_, 0);
    if (table.count < size_t(frames) * 4) return;
    std::vector<unsigned long> found;
    size_t offset = 0;
    for (unsigned long item = 1; item < sequence_->card() && found.size() < frames; ++item) {
        const uint8_t *p = table.data + found.size() * 4;
        const uint32_t wanted = uint32_t(p[0]) | uint32_t(p[1]) << 8 | uint32_t(p[2]) << 16 |
                                uint32_t(p[3]) << 24;
        if (offset == wanted) found.push_back(item);
        DcmPixelItem *fragment = nullptr;
        if (sequence_->getItem(fragment, item).bad()) return;
        offset += 8 + size_t(fragment->getLength());
    }
    if (found.size() != frames || found.front() != 1) return;
    found.push_back(sequence_->card());
    starts_ = found;
}

void FrameSource::useStartMarkers() {
    for (unsigned long item = 1; item < sequence_->card(); ++item) {
        if (beginsFrame(bytesOf(*sequence_, item))) starts_.push_back(item);
    }
    starts_.push_back(sequence_->card());
}

Bytes FrameSource::concatenated(unsigned long first, unsigned long end) {
    if (end == first + 1) return bytesOf(*sequence_, first);
    joined_.clear();
    for (unsigned long item = first; item < end; ++item) {
        const Bytes piece = bytesOf(*sequence_, item);
        joined_.insert(joined_.end(), piece.data, piece.data + piece.count);
    }
    return Bytes{joined_.data(), joined_.size()};
}

Bytes FrameSource::fragmentsOf(uint32_t index) {
    const Bytes stream = concatenated(starts_[index], starts_[index + 1]);
    require(stream.count > 0, VIGIL_DECODE_TRUNCATED);
    return stream;
}

Bytes FrameSource::codecFrame(uint32_t index) {
    const Bytes stream = fragmentsOf(index);
    CodecSamples made;
    if (isJpeg2000Stream(stream)) {
        scratch_ = decodeJpeg2000(stream, format_.geometry, made);
        nameTransformed(made);
        if (!isJpeg2000(syntax_)) note(VIGIL_NOTE_ENCODING);
    } else if (syntax_ == EXS_RLELossless) {
        // RLE keeps words as they are, with whatever else they hold.
        scratch_ = decodeRle(stream, format_.geometry, format_.stored.bytes);
        layout_.planar = false;
        nameColour();
        const Bytes found{scratch_.data(), scratch_.size()};
        if (index == 0) stored_.shift = shiftOf(found, format_.stored);
        return found;
    } else {
        return jpegFrame(index, stream);
    }
    return handOut(made);
}

// A codec gives three full samples, whatever the label says of shared ones.
void FrameSource::nameColour() {
    layout_.colour = format_.photometric;
    if (format_.photometric != "YBR_FULL_422") return;
    layout_.colour = "YBR_FULL";
    note(VIGIL_NOTE_COLOUR);
}

// The same of JPEG 2000, whose component transform OpenJPEG undoes. Where label and stream
// contradict each other about it, the samples tell.
void FrameSource::nameTransformed(const CodecSamples &made) {
    nameColour();
    if (format_.geometry.samples == 1 || format_.photometric == "RGB") return;
    const bool saysTransformed =
        format_.photometric == "YBR_RCT" || format_.photometric == "YBR_ICT";
    if (saysTransformed) layout_.colour = "RGB";
    if (saysTransformed == made.hasTransform) return;
    const Bytes samples{scratch_.data(), scratch_.size()};
    const bool isYbr = looksLikeYbr(samples, made.bytes, made.precision);
    if (isYbr != saysTransformed) return;
    layout_.colour = isYbr ? "YBR_FULL" : "RGB";
    note(VIGIL_NOTE_COLOUR);
}

Bytes FrameSource::handOut(const CodecSamples &made) {
    layout_.bytesPerSample = made.bytes;
    layout_.planar = false;
    isLossy_ = isLossy_ || made.isLossy;
    const Geometry &geometry = format_.geometry;
    const size_t count = geometry.pixels() * geometry.samples;
    require(count <= scratch_.size() / made.bytes, VIGIL_DECODE_TRUNCATED);
    if (geometry.samples == 1) {
        StoredFormat said = format_.stored;
        // Without a label the stream knows best.
        if (!format_.isSignStated) said.isSigned = made.isSigned;
        stored_ = settle(scratch_.data(), count, said, made);
    } else {
        stored_ = format_.stored;
        stored_.shift = 0;
        stored_.bytes = made.bytes;
        if (made.precision > stored_.bits) note(VIGIL_NOTE_BITS);
        stored_.bits = std::max(std::min(stored_.bits, made.bytes * 8), made.precision);
    }
    return Bytes{scratch_.data(), count * made.bytes};
}

void FrameSource::checkHeader(const JpegHeader &header) const {
    const Geometry &geometry = format_.geometry;
    const bool isSameSize = header.rows == geometry.rows && header.columns == geometry.columns;
    require(isSameSize, VIGIL_DECODE_CONTRADICTION, VIGIL_LABEL_SIZE);
    require(header.components == geometry.samples, VIGIL_DECODE_CONTRADICTION,
            VIGIL_LABEL_SAMPLES);
    require(header.precision >= 2 && header.precision <= 16, VIGIL_DECODE_PIXEL_FORMAT,
            VIGIL_LABEL_BITS);
}

// JPEG and JPEG-LS, by DCMTK but for what it does not decode.
Bytes FrameSource::jpegFrame(uint32_t index, Bytes stream) {
    JpegHeader header;
    require(readJpegHeader(stream, header), VIGIL_DECODE_CORRUPT);
    checkHeader(header);
    CodecSamples made;
    made.precision = header.precision;
    made.bytes = header.precision > 8 ? 2 : 1;
    made.isLossy = header.isDct();
    PixelFormat shown = format_;
    if (header.isLS()) {
        JpegLSHeader whole;
        require(readJpegLSHeader(stream, whole), VIGIL_DECODE_CORRUPT);
        made.narrowsSign = true;
        made.isLossy = whole.near > 0;
        nameColour();
        if (header.precision < 8) {
            scratch_ = decodeShallowJpegLS(whole, format_.geometry);
            return handOut(made);
        }
        // DCMTK wants the bits of the stream to fill the bytes that are allocated.
        shown.bitsAllocated = made.bytes * 8;
        shown.stored.bits = header.precision;
        shown.stored.shift = 0;
    }
    require(header.isLS() ? isJpegLS(syntax_) : isJpeg(syntax_), VIGIL_DECODE_CONTRADICTION,
            VIGIL_LABEL_SYNTAX);
    completeForCodec(dataset_, shown, colourOf(header, format_.photometric));
    decodeByDcmtk(index, stream, !header.isLS());
    return handOut(made);
}

void FrameSource::decodeByDcmtk(uint32_t index, Bytes stream, bool namesColour) {
    const Geometry &geometry = format_.geometry;
    // Room for two bytes a sample, and for the pad byte that DCMTK asks for.
    const size_t room = geometry.pixels() * geometry.samples * 2 + 2;
    require(room <= UINT32_MAX, VIGIL_DECODE_TOO_MANY_PIXELS);
    scratch_.assign(room, 0);
    Uint32 fragment = Uint32(starts_[index]);
    DcmPixelData *element = element_;
    std::unique_ptr<DcmPixelData> joined;
    // DCMTK looks for the header in the first piece alone.
    if (starts_[index + 1] > starts_[index] + 1) {
        joined = encapsulated({Bytes{}, stream}, syntax_);
        element = joined.get();
        fragment = 1;
    }
    OFString colour;
    const auto done = element->getUncompressedFrame(
        &dataset_, joined ? 0 : index, fragment, scratch_.data(), Uint32(room) & ~1u, colour);
    require(done.good(), VIGIL_DECODE_CORRUPT);
    if (!namesColour || geometry.samples == 1) return;
    layout_.colour = std::string(colour.c_str(), colour.length());
}

}  // namespace vigil

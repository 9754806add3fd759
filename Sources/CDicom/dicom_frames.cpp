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
    return fragment.startsWith("\xff\xd8\xff", 3) || fragment.startsWith("\xff\x4f\xff\x51", 4) ||
           fragment.startsWith("\0\0\0\x0cjP  ", 8);
}

}  // namespace

FrameSource::FrameSource(DcmDataset &dataset, const PixelFormat &format)
    : dataset_(dataset), format_(format) {
    DcmElement *element = nullptr;
    require(dataset.findAndGetElement(DCM_PixelData, element).good() && element != nullptr,
            VIGIL_DECODE_NO_PIXELS);
    element_ = dynamic_cast<DcmPixelData *>(element);
    require(element_ != nullptr, VIGIL_DECODE_NO_PIXELS);
    syntax_ = dataset.getOriginalXfer();
    encapsulated_ = DcmXfer(syntax_).isEncapsulated();
    layout_.bytesPerSample = format.stored.bytes;
    layout_.planar = format.planar;
    layout_.colour = format.photometric;
    if (encapsulated_) {
        const DcmRepresentationParameter *parameter = nullptr;
        element_->getOriginalRepresentationKey(syntax_, parameter);
        const auto found = element_->getEncapsulatedRepresentation(syntax_, parameter, sequence_);
        require(found.good() && sequence_ != nullptr, VIGIL_DECODE_NO_PIXELS);
        mapFragments();
        return;
    }
    // DCMTK holds words in the byte order of the machine, so that their bytes read little-endian.
    const size_t length = element_->getLength();
    Uint8 *bytes = nullptr;
    Uint16 *words = nullptr;
    if (element_->getUint8Array(bytes).good() && bytes != nullptr) {
        native_ = Bytes{bytes, length};
    } else if (element_->getUint16Array(words).good() && words != nullptr) {
        native_ = Bytes{reinterpret_cast<const uint8_t *>(words), length};
    }
    require(native_.data != nullptr && native_.count > 0, VIGIL_DECODE_TRUNCATED);
}

Bytes FrameSource::frame(uint32_t index) {
    if (encapsulated_) return codecFrame(index);
    return format_.bitsAllocated == 1 ? bitFrame(index) : nativeFrame(index);
}

Bytes FrameSource::nativeFrame(uint32_t index) {
    const Geometry &geometry = format_.geometry;
    size_t size = geometry.pixels() * geometry.samples * format_.stored.bytes;
    if (format_.photometric == "YBR_FULL_422") size = geometry.pixels() * 2;
    require(native_.count / size > index, VIGIL_DECODE_TRUNCATED);
    const Bytes found{native_.data + size * index, size};
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
    require((first + pixels + 7) / 8 <= native_.count, VIGIL_DECODE_TRUNCATED);
    scratch_.resize(pixels);
    for (size_t i = 0; i < pixels; ++i) {
        const size_t bit = first + i;
        scratch_[i] = (native_[bit / 8] >> (bit % 8)) & 1;
    }
    return Bytes{scratch_.data(), pixels};
}

void FrameSource::mapFragments() {
    const unsigned long items = sequence_->card();
    require(items >= 2, VIGIL_DECODE_TRUNCATED);
    const unsigned long fragments = items - 1;  // item 0 is the basic offset table
    const uint32_t frames = format_.geometry.frames;
    require(fragments >= frames, VIGIL_DECODE_TRUNCATED);
    if (fragments == frames) {
        for (unsigned long i = 1; i <= items; ++i) starts_.push_back(i);
        return;
    }
    if (frames == 1) {
        starts_ = {1, items};
        return;
    }
    useOffsetTable();
    if (starts_.empty()) useStartMarkers();
    require(starts_.size() == size_t(frames) + 1, VIGIL_DECODE_CORRUPT);
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
    const Geometry &geometry = format_.geometry;
    const Bytes stream = fragmentsOf(index);
    layout_.bytesPerSample = format_.stored.bytes;
    if (syntax_ == EXS_RLELossless) {
        scratch_ = decodeRle(stream, geometry, format_.stored.bytes);
        layout_.planar = false;
        return Bytes{scratch_.data(), scratch_.size()};
    }
    if (isJpeg2000(syntax_)) {
        scratch_ = decodeJpeg2000(stream, geometry, format_.stored.bytes);
        layout_.planar = false;
        const bool transformed = layout_.colour == "YBR_RCT" || layout_.colour == "YBR_ICT";
        if (transformed) layout_.colour = "RGB";  // OpenJPEG undoes the component transform
        return Bytes{scratch_.data(), scratch_.size()};
    }
    JpegHeader header;
    require(readJpegHeader(stream, header), VIGIL_DECODE_CORRUPT);
    const bool agrees = header.rows == geometry.rows && header.columns == geometry.columns &&
                        header.components == geometry.samples;
    require(agrees, VIGIL_DECODE_BAD_ATTRIBUTES);
    require(header.precision >= 2 && header.precision <= 16, VIGIL_DECODE_PIXEL_FORMAT);
    const bool isLS = syntax_ == EXS_JPEGLSLossless || syntax_ == EXS_JPEGLSLossy;
    const bool deep = header.precision > 8 || (isLS && format_.bitsAllocated > 8);
    layout_.bytesPerSample = deep ? 2 : 1;
    // Room for whatever width a codec settles on, and for the pad byte that DCMTK asks for.
    const size_t width = std::max<size_t>(format_.stored.bytes, 2);
    const size_t room = geometry.pixels() * geometry.samples * width + 2;
    require(room <= UINT32_MAX, VIGIL_DECODE_TOO_MANY_PIXELS);
    scratch_.assign(room, 0);
    Uint32 fragment = Uint32(starts_[index]);
    OFString colour;
    const auto done = element_->getUncompressedFrame(
        &dataset_, index, fragment, scratch_.data(), Uint32(room) & ~1u, colour);
    require(done.good(), VIGIL_DECODE_CORRUPT);
    layout_.colour = std::string(colour.c_str(), colour.length());
    return Bytes{scratch_.data(), geometry.pixels() * geometry.samples * layout_.bytesPerSample};
}

}  // namespace vigil

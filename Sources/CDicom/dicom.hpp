#pragma once

// The parts of the DICOM reader that see DCMTK's types.

#include "luminance.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <functional>
#include <memory>
#include <optional>

namespace vigil {

// Attributes, by value; nothing when absent, empty or not a number.
std::optional<uint32_t> unsignedOf(DcmItem &item, const DcmTagKey &tag, unsigned long index = 0);
std::optional<double> numberOf(DcmItem &item, const DcmTagKey &tag, unsigned long index = 0);
std::string textOf(DcmItem &item, const DcmTagKey &tag);

// The text of an attribute of any value representation, all values with backslashes between them,
// without padding on either side; empty when absent. What came as unknown (UN) is taken as text.
std::string statedText(DcmItem &item, const DcmTagKey &tag);

// Copies a text into a field of fixed length, cut, with a zero at the end.
template <size_t N> void copyText(const std::string &text, char (&out)[N]) {
    const size_t count = text.size() < N - 1 ? text.size() : N - 1;
    text.copy(out, count);
    out[count] = 0;
}

// Asks the caller whether an object's pixels are wanted, by its header; fails with LEFT_OUT when
// not. `isWhole`: whether the data set was read to its end, so that what is not there is absent.
void judgeHeader(DcmFileFormat &file, bool isWhole, const vigil_decode_options &options);

// Numbers of an attribute that a functional group macro holds, or the data set itself; false when
// one is missing.
bool readNumbers(DcmItem &dataset, uint32_t frame, const DcmTagKey &macro, const DcmTagKey &tag,
                 size_t count, double *out);

// Where and when each frame was taken; nothing when its place is not stated of all of them, or when
// they are not of one scale.
void readPlaces(DcmItem &dataset, uint32_t frames, vigil_decoded &out);

// What the pixels of a data set look like.
struct PixelFormat {
    Geometry geometry;
    StoredFormat stored;
    uint32_t bitsAllocated = 8;
    bool planar = false;
    std::string photometric;
};

// Reads and checks the image pixel module (PS3.3 C.7.6.3).
PixelFormat readPixelFormat(DcmItem &dataset);

// The item of a functional group macro (PS3.3 C.7.6.16): the frame's own, else the shared one, else
// none.
DcmItem *groupItem(DcmItem &dataset, uint32_t frame, const DcmTagKey &macro);

// Transforms of one frame, from its functional groups, the shared ones, or the data set itself.
ModalityTransform readModality(DcmItem &dataset, uint32_t frame, const StoredFormat &format);
VoiTransform readVoi(DcmItem &dataset, uint32_t frame, const vigil_decode_options &options);

// Reads a look-up table from its descriptor and data; empty when absent or unusable.
Lut readLut(DcmItem &item, const DcmTagKey &descriptor, const DcmTagKey &data, bool signedFirst);

// The three tables of PALETTE COLOR, segmented or not (PS3.3 C.7.6.3.1.5 and C.7.9.2).
struct Palette {
    Lut red;
    Lut green;
    Lut blue;

    uint8_t grey(int64_t stored) const;
};
Palette readPalette(DcmItem &dataset);

// Hands out frames one by one, decompressed.
class FrameSource {
public:
    FrameSource(DcmDataset &dataset, const PixelFormat &format);

    // The samples of a frame; valid until the next call.
    Bytes frame(uint32_t index);
    // How the samples of the frame handed out last lie.
    const SampleLayout &layout() const { return layout_; }
    // Whether frames come without decoding, so that asking twice costs nothing.
    bool isNative() const { return !encapsulated_; }

private:
    Bytes nativeFrame(uint32_t index);
    Bytes bitFrame(uint32_t index);
    Bytes codecFrame(uint32_t index);
    Bytes fragmentsOf(uint32_t index);
    Bytes concatenated(unsigned long first, unsigned long end);
    void mapFragments();
    void useOffsetTable();
    void useStartMarkers();

    DcmDataset &dataset_;
    const PixelFormat &format_;
    DcmPixelData *element_ = nullptr;
    DcmPixelSequence *sequence_ = nullptr;
    E_TransferSyntax syntax_ = EXS_Unknown;
    bool encapsulated_ = false;
    Bytes native_;
    std::vector<unsigned long> starts_;  // first fragment of each frame, and one past the last
    std::vector<uint8_t> joined_;
    std::vector<uint8_t> scratch_;
    SampleLayout layout_;
};

}  // namespace vigil

#pragma once

// The parts of the DICOM reader that see DCMTK's types.

#include "luminance.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace vigil {

// Attributes, by value; nothing when absent or empty. What is there and no number is refused with
// VIGIL_DECODE_UNREADABLE_LABEL.
std::optional<uint32_t> unsignedOf(DcmItem &item, const DcmTagKey &tag, unsigned long index = 0);
std::optional<double> numberOf(DcmItem &item, const DcmTagKey &tag, unsigned long index = 0);
// The same for what no pixel hangs on: nothing as well when unreadable.
std::optional<double> readableNumberOf(DcmItem &item, const DcmTagKey &tag, unsigned long index);
// One value of a text, without blanks around it; empty when absent.
std::string textOf(DcmItem &item, const DcmTagKey &tag, unsigned long index = 0);
// The same in capitals, for codes.
std::string codeOf(DcmItem &item, const DcmTagKey &tag, unsigned long index = 0);

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
// one is missing or unreadable.
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
    bool isSignStated = false;  // Pixel Representation is there
    std::string photometric;
};

// Reads and checks the image pixel module (PS3.3 C.7.6.3).
PixelFormat readPixelFormat(DcmItem &dataset);

// Puts the image pixel module into the data set as it was read, with the colour model of the bytes,
// since DCMTK's codecs look there and refuse what lacks a part.
void completeForCodec(DcmItem &dataset, const PixelFormat &format, const std::string &colour);

// The item of a functional group macro (PS3.3 C.7.6.16): the frame's own, else the shared one, else
// none.
DcmItem *groupItem(DcmItem &dataset, uint32_t frame, const DcmTagKey &macro);

// Transforms of one frame, from its functional groups, the shared ones, or the data set itself.
ModalityTransform readModality(DcmItem &dataset, uint32_t frame, const StoredFormat &format);
VoiTransform readVoi(DcmItem &dataset, uint32_t frame, const vigil_decode_options &options,
                     const Domain &domain);
// How a frame is shown besides: Photometric Interpretation, Presentation LUT Shape, padding.
Display readDisplay(DcmItem &dataset, const PixelFormat &format);

// Where a look-up table lies.
struct LutTags {
    DcmTagKey descriptor;
    DcmTagKey data;
    int label;
    bool isOptional = false;  // empty rather than refused when there is no data
};

// Reads a look-up table into which values of a domain go. Where entries and descriptor disagree and
// the entries tell which is right, they stand; else it is refused.
Lut readLut(DcmItem &item, const LutTags &tags, const Domain &domain);

// The three tables of PALETTE COLOR.
struct Palette {
    Lut red;
    Lut green;
    Lut blue;

    uint8_t grey(int64_t stored) const;
};
Palette readPalette(DcmItem &dataset, const Domain &domain);

// A parsed data set and the encoding that its bytes are in.
struct Parsed {
    DcmFileFormat file;
    std::string syntaxUID;               // as the meta header names it, else as found
    E_TransferSyntax syntax = EXS_Unknown;  // of the pixels
    bool isCut = false;                  // the file ends within the pixels, or before their end

    DcmDataset &dataset() { return *file.getDataset(); }
};

// Parses a file. One that DCMTK does not read as it is, or whose meta header names another encoding
// than it has, is walked over instead, and read as long as its pixels are there.
void parse(Bytes file, const vigil_decode_options &options, Parsed &parsed);

// Pixel Data of fragments, of which the first is the offset table.
std::unique_ptr<DcmPixelData> encapsulated(const std::vector<Bytes> &fragments,
                                           E_TransferSyntax syntax);

// Facts that name no patient, and the notes on how the patient lies.
void readFacts(DcmItem &dataset, const PixelFormat &format, vigil_decoded &out);
// Whether pixels lost something on their way, by Lossy Image Compression or the transfer syntax.
bool saysLossy(DcmItem &dataset, E_TransferSyntax syntax);

// The colour model that a JPEG stream has by its markers, where they tell it: RGB or YBR_FULL; else
// the label's.
std::string colourOf(const JpegHeader &header, const std::string &label);

// The native pixels of an image: as many bytes as the label says, or the label is corrected or the
// file refused.
struct NativePixels {
    Bytes bytes;
    size_t frameSize = 0;
    std::string colour;
};
NativePixels checkedNative(Bytes bytes, const PixelFormat &format, bool isCut);

// Where the values lie in native words: as High Bit says, unless the words of a frame show that
// they can only lie at the other end.
uint32_t shiftOf(Bytes words, const StoredFormat &said);

// Hands out frames one by one, decompressed.
class FrameSource {
public:
    FrameSource(Parsed &parsed, const PixelFormat &format);

    // The samples of a frame; valid until the next call.
    Bytes frame(uint32_t index);
    // How the samples of the frame handed out last lie.
    const SampleLayout &layout() const { return layout_; }
    // How single samples of the frame handed out last lie in their words.
    const StoredFormat &stored() const { return stored_; }
    // Whether any frame so far came from a codec that loses something.
    bool isLossy() const { return isLossy_; }

private:
    void takeNative();
    Bytes nativeFrame(uint32_t index);
    Bytes bitFrame(uint32_t index);
    Bytes codecFrame(uint32_t index);
    Bytes jpegFrame(uint32_t index, Bytes stream);
    void checkHeader(const JpegHeader &header) const;
    void decodeByDcmtk(uint32_t index, Bytes stream, bool namesColour);
    Bytes handOut(const CodecSamples &made);
    void nameColour();
    void nameTransformed(const CodecSamples &made);
    Bytes fragmentsOf(uint32_t index);
    Bytes concatenated(unsigned long first, unsigned long end);
    void mapFragments();
    void useOffsetTable();
    void useStartMarkers();

    DcmDataset &dataset_;
    const PixelFormat &format_;
    const bool isCut_;
    DcmPixelData *element_ = nullptr;
    DcmPixelSequence *sequence_ = nullptr;
    E_TransferSyntax syntax_ = EXS_Unknown;
    bool isLossy_ = false;
    NativePixels native_;
    std::vector<unsigned long> starts_;  // first fragment of each frame, and one past the last
    std::vector<uint8_t> joined_;
    std::vector<uint8_t> scratch_;
    SampleLayout layout_;
    StoredFormat stored_;
};

}  // namespace vigil

// Walks over elements (PS3.5 7.1), trusting nothing but tags and lengths.

#include "dicom_walk.hpp"

#include <algorithm>
#include <cstring>

namespace vigil {
namespace {

constexpr uint32_t undefinedLength = 0xffffffff;
constexpr uint32_t itemTag = 0xfffee000;
constexpr uint32_t itemEndTag = 0xfffee00d;
constexpr uint32_t sequenceEndTag = 0xfffee0dd;
constexpr uint32_t pixelTag = 0x7fe00010;
constexpr int depthMax = 32;

struct Element {
    uint32_t tag = 0;
    char kind[2] = {0, 0};
    uint32_t length = 0;
    size_t value = 0;  // where it begins
};

bool isKind(const uint8_t *p) {
    const char kinds[] = "AEASATCSDADSDTFLFDISLOLTOBODOFOLOVOWPNSHSLSQSSSTSVTMUCUIULUNURUSUTUV";
    for (size_t i = 0; i + 1 < sizeof kinds; i += 2) {
        if (p[0] == uint8_t(kinds[i]) && p[1] == uint8_t(kinds[i + 1])) return true;
    }
    return false;
}

bool isLong(const char *kind) {
    for (const char *known : {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR",
                              "UT", "UV"}) {
        if (std::memcmp(kind, known, 2) == 0) return true;
    }
    return false;
}

class Walker {
public:
    Walker(Bytes file, Encoding encoding) : file_(file), encoding_(encoding) {}

    Element header(size_t at) const {
        require(at + 8 <= file_.count, VIGIL_DECODE_TRUNCATED);
        Element element;
        element.tag = tag(at);
        element.value = at + 8;
        if (!encoding_.isExplicit || element.tag >> 16 == 0xfffe) {
            element.length = number(at + 4, 4);
            return element;
        }
        require(isKind(file_.data + at + 4), VIGIL_DECODE_CORRUPT);
        std::memcpy(element.kind, file_.data + at + 4, 2);
        if (!isLong(element.kind)) {
            element.length = number(at + 6, 2);
            return element;
        }
        require(at + 12 <= file_.count, VIGIL_DECODE_TRUNCATED);
        element.length = number(at + 8, 4);
        element.value = at + 12;
        return element;
    }

    // The end of an element.
    size_t end(const Element &element, int depth = 0) const {
        if (element.length != undefinedLength) {
            require(element.length <= file_.count - element.value, VIGIL_DECODE_TRUNCATED);
            return element.value + element.length;
        }
        require(depth < depthMax, VIGIL_DECODE_CORRUPT);
        const bool isUnknown = std::memcmp(element.kind, "UN", 2) == 0;
        // A sequence of unknown representation is implicit little endian (PS3.5 6.2.2).
        const Walker inner(file_, isUnknown ? Encoding{false, false} : encoding_);
        return inner.sequenceEnd(element.value, depth + 1);
    }

    uint32_t tag(size_t at) const {
        require(at + 4 <= file_.count, VIGIL_DECODE_TRUNCATED);
        return number(at, 2) << 16 | number(at + 2, 2);
    }

    size_t rest(size_t at) const { return file_.count - at; }

private:
    uint32_t number(size_t at, size_t bytes) const {
        uint32_t value = 0;
        for (size_t i = 0; i < bytes; ++i) {
            const size_t place = encoding_.isBig ? at + i : at + bytes - 1 - i;
            value = value << 8 | file_[place];
        }
        return value;
    }

    size_t sequenceEnd(size_t at, int depth) const {
        for (;;) {
            const Element item = header(at);
            if (item.tag == sequenceEndTag) return item.value;
            require(item.tag == itemTag, VIGIL_DECODE_CORRUPT);
            at = item.length == undefinedLength ? itemEnd(item.value, depth) : end(item, depth);
        }
    }

    size_t itemEnd(size_t at, int depth) const {
        for (;;) {
            const Element element = header(at);
            if (element.tag == itemEndTag) return element.value;
            at = end(element, depth);
        }
    }

    Bytes file_;
    Encoding encoding_;
};

uint32_t little(Bytes file, size_t at, size_t bytes) {
    uint32_t value = 0;
    for (size_t i = bytes; i > 0; --i) value = value << 8 | file[at + i - 1];
    return value;
}

// Fragments up to the delimiter, or to what stands in its place.
void takeFragments(Bytes file, const Walker &walker, size_t at, PixelPlace &place) {
    while (walker.rest(at) >= 8) {
        const uint32_t tag = walker.tag(at);
        if (tag == sequenceEndTag) return;
        if (tag != itemTag) break;
        const Element item = walker.header(at);
        if (item.length > walker.rest(item.value)) {
            fail(VIGIL_DECODE_TRUNCATED, VIGIL_LABEL_LENGTH);
        }
        place.fragments.push_back(Bytes{file.data + item.value, item.length});
        at = item.value + item.length;
    }
    place.isCut = true;
    note(VIGIL_NOTE_END);
}

}  // namespace

MetaHeader readMetaHeader(Bytes file) {
    MetaHeader meta;
    const bool hasPreamble = file.count >= 132 && std::memcmp(file.data + 128, "DICM", 4) == 0;
    size_t at = hasPreamble ? 132 : 0;
    while (at + 8 <= file.count && little(file, at, 2) == 2) {
        const Encoding encoding{isKind(file.data + at + 4), false};
        const Walker walker(file, encoding);
        const Element element = walker.header(at);
        const size_t end = walker.end(element);
        if (element.tag == 0x00020010) {
            const char *text = reinterpret_cast<const char *>(file.data + element.value);
            meta.syntaxUID.assign(text, strnlen(text, element.length));
            while (!meta.syntaxUID.empty() && meta.syntaxUID.back() == ' ') {
                meta.syntaxUID.pop_back();
            }
        }
        at = end;
    }
    meta.end = at;
    return meta;
}

Encoding encodingAt(Bytes file, size_t start) {
    Encoding encoding;
    if (start + 8 > file.count) return encoding;
    const uint32_t group = little(file, start, 2);
    encoding.isBig = (group >> 8 | (group & 255) << 8) < group;
    encoding.isExplicit = isKind(file.data + start + 4);
    return encoding;
}

bool seemsDataset(Bytes file, size_t start) {
    if (start + 8 > file.count) return false;
    const uint32_t group = little(file, start, 2);
    for (const uint32_t usual : {0x0008u, 0x0010u, 0x0018u, 0x0020u, 0x0028u}) {
        if (group != usual && group != usual << 8) continue;
        return isKind(file.data + start + 4) || little(file, start + 6, 2) == 0;
    }
    return false;
}

PixelPlace findPixels(Bytes file, size_t start, Encoding encoding) {
    const Walker walker(file, encoding);
    PixelPlace place;
    size_t at = start;
    for (;;) {
        require(walker.rest(at) > 0, VIGIL_DECODE_NO_PIXELS);
        // Zeros after a whole data set, which then has no pixels.
        require(walker.tag(at) != 0, VIGIL_DECODE_NO_PIXELS);
        const Element element = walker.header(at);
        if (element.tag != pixelTag) {
            at = walker.end(element);
            continue;
        }
        place.start = at;
        place.isEncapsulated = element.length == undefinedLength;
        if (place.isEncapsulated) {
            takeFragments(file, walker, element.value, place);
            return place;
        }
        const size_t there = std::min<size_t>(element.length, walker.rest(element.value));
        place.isCut = there < element.length;
        place.value = Bytes{file.data + element.value, there};
        return place;
    }
}

}  // namespace vigil

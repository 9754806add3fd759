// Attributes of a data set: numbers, texts, the image pixel module. Absent and unreadable differ:
// the first has its usual value, the second is refused.

#include "dicom.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>

namespace vigil {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\0' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return text;
}

// The element, or null when it is absent or has no value.
DcmElement *elementOf(DcmItem &item, const DcmTagKey &tag) {
    DcmElement *element = nullptr;
    if (item.findAndGetElement(tag, element).bad() || element == nullptr) return nullptr;
    return element->getLength() == 0 ? nullptr : element;
}

// The characters of a text element, or of one whose representation is unknown.
std::optional<std::string> charactersOf(DcmElement &element) {
    const DcmEVR kind = element.ident();
    if (kind == EVR_UN || kind == EVR_OB) {
        Uint8 *bytes = nullptr;
        if (element.getUint8Array(bytes).bad() || bytes == nullptr) return std::nullopt;
        return std::string(reinterpret_cast<const char *>(bytes), element.getLength());
    }
    char *text = nullptr;
    if (!element.isaString() || element.getString(text).bad() || text == nullptr) {
        return std::nullopt;
    }
    return std::string(text);
}

// One of the values of a text, which backslashes divide.
std::optional<std::string_view> part(std::string_view text, unsigned long index) {
    for (; index > 0; --index) {
        const size_t cut = text.find('\\');
        if (cut == std::string_view::npos) return std::nullopt;
        text.remove_prefix(cut + 1);
    }
    return trimmed(text.substr(0, text.find('\\')));
}

bool areDigits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

// A comma that can only be a decimal one: with three digits behind it and one to three before, it
// may as well divide thousands.
std::optional<std::string> withPoint(std::string_view text) {
    const size_t comma = text.find(',');
    if (text.find_first_of(".,", comma + 1) != std::string_view::npos) return std::nullopt;
    if (text.substr(0, comma).find('.') != std::string_view::npos) return std::nullopt;
    std::string_view whole = text.substr(0, comma);
    if (!whole.empty() && whole.front() == '-') whole.remove_prefix(1);
    const std::string_view rest = text.substr(comma + 1);
    const bool mayBeThousands = rest.size() == 3 && areDigits(rest) && whole.size() <= 3 &&
                                !whole.empty() && whole.front() != '0';
    if (mayBeThousands) return std::nullopt;
    std::string out(text);
    out[comma] = '.';
    return out;
}

// A decimal string (PS3.5 6.2), also with what senders make of one.
std::optional<double> decimalOf(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    std::string changed;
    const bool hasComma = text.find(',') != std::string_view::npos;
    if (hasComma) {
        const auto point = withPoint(text);
        if (!point) return std::nullopt;
        changed = *point;
        text = changed;
    }
    double number = 0;
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number)) return std::nullopt;
    if (hasComma) note(VIGIL_NOTE_COMMA);
    return number;
}

std::optional<double> binaryOf(DcmElement &element, unsigned long index) {
    Float64 wide = 0;
    if (element.getFloat64(wide, index).good()) {
        return std::isfinite(wide) ? std::optional<double>(wide) : std::nullopt;
    }
    Float32 narrow = 0;
    if (element.getFloat32(narrow, index).good()) {
        return std::isfinite(narrow) ? std::optional<double>(narrow) : std::nullopt;
    }
    Uint16 small = 0;
    if (element.getUint16(small, index).good()) return small;
    Sint16 negative = 0;
    if (element.getSint16(negative, index).good()) return negative;
    Sint32 number = 0;
    if (element.getSint32(number, index).good()) return number;
    Uint32 great = 0;
    if (element.getUint32(great, index).good()) return great;
    return std::nullopt;
}

// Little-endian 16-bit words, as data sets of unknown representation hold them (PS3.5 6.2.2).
std::optional<uint32_t> wordOf(DcmElement &element, unsigned long index) {
    Uint8 *bytes = nullptr;
    if (element.getUint8Array(bytes).bad() || bytes == nullptr) return std::nullopt;
    if (element.getLength() / 2 <= index) return std::nullopt;
    return uint32_t(bytes[2 * index]) | uint32_t(bytes[2 * index + 1]) << 8;
}

std::optional<uint32_t> wholeOf(DcmElement &element, unsigned long index) {
    Uint16 small = 0;
    if (element.getUint16(small, index).good()) return small;
    Sint16 negative = 0;
    if (element.getSint16(negative, index).good()) return uint32_t(uint16_t(negative));
    if (element.ident() == EVR_UN || element.ident() == EVR_OB || element.ident() == EVR_OW) {
        return wordOf(element, index);
    }
    const auto text = charactersOf(element);
    const auto value = text ? part(*text, index) : std::nullopt;
    const auto number = value ? decimalOf(*value) : binaryOf(element, index);
    if (!number || *number < 0 || *number > 4294967295.0) return std::nullopt;
    if (std::floor(*number) != *number) return std::nullopt;
    return uint32_t(*number);
}

// What a refusal says that it is about.
int labelOf(const DcmTagKey &tag) {
    const std::pair<DcmTagKey, int> labels[] = {
        {DCM_RescaleSlope, VIGIL_LABEL_RESCALE},
        {DCM_RescaleIntercept, VIGIL_LABEL_RESCALE},
        {DCM_WindowCenter, VIGIL_LABEL_WINDOW},
        {DCM_WindowWidth, VIGIL_LABEL_WINDOW},
        {DCM_PixelPaddingValue, VIGIL_LABEL_PADDING},
        {DCM_PixelPaddingRangeLimit, VIGIL_LABEL_PADDING},
        {DCM_Rows, VIGIL_LABEL_SIZE},
        {DCM_Columns, VIGIL_LABEL_SIZE},
        {DCM_NumberOfFrames, VIGIL_LABEL_FRAMES},
        {DCM_SamplesPerPixel, VIGIL_LABEL_SAMPLES},
        {DCM_PlanarConfiguration, VIGIL_LABEL_SAMPLES},
        {DCM_BitsAllocated, VIGIL_LABEL_BITS},
        {DCM_BitsStored, VIGIL_LABEL_BITS},
        {DCM_HighBit, VIGIL_LABEL_BITS},
        {DCM_PixelRepresentation, VIGIL_LABEL_BITS},
    };
    for (const auto &[known, label] : labels) {
        if (known == tag) return label;
    }
    return VIGIL_LABEL_NONE;
}

std::optional<double> read(DcmElement &element, unsigned long index, bool &isEmpty) {
    const auto text = charactersOf(element);
    if (!text) return binaryOf(element, index);
    isEmpty = trimmed(*text).empty();
    const auto value = part(*text, index);
    return value ? decimalOf(*value) : std::nullopt;
}

}  // namespace

std::optional<uint32_t> unsignedOf(DcmItem &item, const DcmTagKey &tag, unsigned long index) {
    DcmElement *element = elementOf(item, tag);
    if (element == nullptr) return std::nullopt;
    const auto value = wholeOf(*element, index);
    if (value) return value;
    const auto text = charactersOf(*element);
    require(text && trimmed(*text).empty(), VIGIL_DECODE_UNREADABLE_LABEL, labelOf(tag));
    return std::nullopt;
}

std::optional<double> numberOf(DcmItem &item, const DcmTagKey &tag, unsigned long index) {
    DcmElement *element = elementOf(item, tag);
    if (element == nullptr) return std::nullopt;
    bool isEmpty = false;
    const auto value = read(*element, index, isEmpty);
    require(value || isEmpty, VIGIL_DECODE_UNREADABLE_LABEL, labelOf(tag));
    return value;
}

std::optional<double> readableNumberOf(DcmItem &item, const DcmTagKey &tag, unsigned long index) {
    DcmElement *element = elementOf(item, tag);
    bool isEmpty = false;
    return element == nullptr ? std::nullopt : read(*element, index, isEmpty);
}

std::string textOf(DcmItem &item, const DcmTagKey &tag, unsigned long index) {
    DcmElement *element = elementOf(item, tag);
    if (element == nullptr) return {};
    const auto text = charactersOf(*element);
    const auto value = text ? part(*text, index) : std::nullopt;
    return value ? std::string(*value) : std::string();
}

std::string codeOf(DcmItem &item, const DcmTagKey &tag, unsigned long index) {
    std::string text = textOf(item, tag, index);
    for (char &c : text) c = char(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace vigil

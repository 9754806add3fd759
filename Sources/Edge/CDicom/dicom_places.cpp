// Where and when the frames of a data set were taken.

#include "dicom.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

namespace vigil {
namespace {

constexpr double notStated = std::numeric_limits<double>::quiet_NaN();

// Whether two spacings are one, written with more digits or fewer.
bool isSame(double one, double other) {
    return std::abs(one - other) <= 1e-4 * std::abs(other);
}

// Whether a frame's pixels are as far apart as the first one's.
bool hasSpacing(DcmItem &dataset, uint32_t frame, const vigil_decoded &out) {
    double own[2] = {0, 0};
    const bool found =
        readNumbers(dataset, frame, DCM_PixelMeasuresSequence, DCM_PixelSpacing, 2, own);
    return frame == 0 || (found && isSame(own[0], out.spacing_rows) &&
                          isSame(own[1], out.spacing_columns));
}

// The first number of an attribute of any value representation.
double firstNumber(DcmItem &item, const DcmTagKey &tag) {
    const std::string text = statedText(item, tag);
    char *end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    return end != text.c_str() && std::isfinite(number) ? number : notStated;
}

// A number of the frame's own content, else of the data set.
double numberIn(DcmItem &dataset, DcmItem *content, const DcmTagKey &ofFrame,
                const DcmTagKey &ofFile) {
    const double own = content != nullptr ? firstNumber(*content, ofFrame) : notStated;
    return std::isnan(own) ? firstNumber(dataset, ofFile) : own;
}

// Seconds of the day of a time, or of a date with a time (PS3.5 6.2, TM and DT).
double secondsOf(DcmItem &item, const DcmTagKey &tag, size_t dateDigits) {
    const std::string text = statedText(item, tag);
    if (text.size() < dateDigits + 6) return notStated;
    double parts[3] = {0, 0, 0};
    for (size_t i = 0; i < 6; ++i) {
        const char digit = text[dateDigits + i];
        if (digit < '0' || digit > '9') return notStated;
        parts[i / 2] = parts[i / 2] * 10 + (digit - '0');
    }
    double seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    if (text.size() > dateDigits + 6 && text[dateDigits + 6] == '.') {
        double unit = 0.1;
        for (size_t i = dateDigits + 7; i < text.size(); ++i, unit /= 10) {
            if (text[i] < '0' || text[i] > '9') break;
            seconds += unit * (text[i] - '0');
        }
    }
    return seconds;
}

double acquired(DcmItem &dataset, DcmItem *content) {
    if (content != nullptr) {
        const double own = secondsOf(*content, DCM_FrameAcquisitionDateTime, 8);
        if (!std::isnan(own)) return own;
    }
    const double time = secondsOf(dataset, DCM_AcquisitionTime, 0);
    return std::isnan(time) ? secondsOf(dataset, DCM_AcquisitionDateTime, 8) : time;
}

// A number that stands for a text, so that two texts can be told apart (FNV-1a, 32 bits).
double numberFor(const std::string &text) {
    if (text.empty()) return notStated;
    uint32_t hash = 2166136261u;
    for (const char byte : text) hash = (hash ^ uint8_t(byte)) * 16777619u;
    return hash;
}

void readMoment(DcmItem &dataset, uint32_t frame, double *out) {
    DcmItem *content = groupItem(dataset, frame, DCM_FrameContentSequence);
    out[0] = numberIn(dataset, content, DCM_FrameAcquisitionNumber, DCM_AcquisitionNumber);
    out[1] =
        numberIn(dataset, content, DCM_TemporalPositionIndex, DCM_TemporalPositionIdentifier);
    out[2] = acquired(dataset, content);
    out[3] = secondsOf(dataset, DCM_ContentTime, 0);
    out[4] = firstNumber(dataset, DCM_KVP);
    out[5] = numberFor(statedText(dataset, DCM_ConvolutionKernel));
}

}  // namespace

bool readNumbers(DcmItem &dataset, uint32_t frame, const DcmTagKey &macro, const DcmTagKey &tag,
                 size_t count, double *out) {
    DcmItem *group = groupItem(dataset, frame, macro);
    for (size_t i = 0; i < count; ++i) {
        const auto value = readableNumberOf(group != nullptr ? *group : dataset, tag, i);
        if (!value) return false;
        out[i] = *value;
    }
    return true;
}

void readPlaces(DcmItem &dataset, uint32_t frames, vigil_decoded &out) {
    std::vector<double> places(size_t(frames) * VIGIL_PLACE_NUMBERS);
    for (uint32_t i = 0; i < frames; ++i) {
        double *place = places.data() + size_t(i) * VIGIL_PLACE_NUMBERS;
        const bool found = readNumbers(dataset, i, DCM_PlanePositionSequence,
                                       DCM_ImagePositionPatient, 3, place) &&
                           readNumbers(dataset, i, DCM_PlaneOrientationSequence,
                                       DCM_ImageOrientationPatient, 6, place + 3);
        if (!found || !hasSpacing(dataset, i, out)) return;
        readMoment(dataset, i, place + 9);
    }
    const size_t bytes = places.size() * sizeof(double);
    out.places = static_cast<double *>(std::malloc(bytes));
    if (out.places == nullptr) throw std::bad_alloc();
    std::memcpy(out.places, places.data(), bytes);
}

}  // namespace vigil

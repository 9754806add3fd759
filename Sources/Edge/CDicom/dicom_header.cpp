// What a header says of its object, before pixels are looked at.

#include "dicom.hpp"

#include <cctype>
#include <cstdlib>

namespace vigil {
namespace {

// The days from 0000-03-01 to a date YYYYMMDD of the Gregorian calendar; nothing for other text.
std::optional<int64_t> dayOf(const std::string &text) {
    if (text.size() != 8) return std::nullopt;
    for (const char c : text) {
        if (std::isdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    }
    const int64_t month = std::atoi(text.substr(4, 2).c_str());
    const int64_t day = std::atoi(text.substr(6, 2).c_str());
    if (month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
    // Years that begin with March, so that the leap day is the last one.
    const int64_t year = std::atoi(text.substr(0, 4).c_str()) - (month < 3 ? 1 : 0);
    const int64_t months = (month + 9) % 12;
    return year * 365 + year / 4 - year / 100 + year / 400 + (months * 153 + 2) / 5 + day - 1;
}

// The patient's age in days: as it is stated (AS, PS3.5 6.2), else from birth to the study; -1 when
// neither can be read.
int32_t ageOf(DcmItem &dataset) {
    const std::string age = codeOf(dataset, DCM_PatientAge);
    if (age.size() == 4) {
        char *end = nullptr;
        const long count = std::strtol(age.c_str(), &end, 10);
        if (count >= 0 && end == age.c_str() + 3) {
            switch (age[3]) {
            case 'D': return int32_t(count);
            case 'W': return int32_t(count * 7);
            case 'M': return int32_t(double(count) * 30.4375);
            case 'Y': return int32_t(double(count) * 365.25);
            default: break;
            }
        }
    }
    const auto birth = dayOf(statedText(dataset, DCM_PatientBirthDate));
    const auto study = dayOf(statedText(dataset, DCM_StudyDate));
    if (!birth || !study || *study < *birth) return -1;
    return int32_t(*study - *birth);
}

// The code of a sequence's first item; empty when there is none.
std::string firstCode(DcmItem &dataset, const DcmTagKey &sequence) {
    DcmItem *item = nullptr;
    if (dataset.findAndGetSequenceItem(sequence, item, 0).bad() || item == nullptr) return {};
    return statedText(*item, DCM_CodeValue);
}

// The bytes of an element that came as unknown or as bytes; nothing for every other one.
std::optional<std::string> bytesOf(DcmElement &element) {
    const DcmEVR kind = element.ident();
    if (kind != EVR_UN && kind != EVR_UNKNOWN && kind != EVR_OB) return std::nullopt;
    Uint8 *bytes = nullptr;
    const Uint32 count = element.getLength();
    if (element.getUint8Array(bytes).bad() || bytes == nullptr) return std::string();
    return std::string(reinterpret_cast<const char *>(bytes), count);
}

// Whether the data set holds pixels of any kind (PS3.3 C.7.6.3 and C.7.6.24).
bool hasPixels(DcmItem &dataset) {
    return dataset.tagExists(DCM_PixelData) || dataset.tagExists(DCM_FloatPixelData) ||
           dataset.tagExists(DCM_DoubleFloatPixelData) ||
           dataset.tagExists(DCM_EncryptedAttributesSequence);
}

}  // namespace

std::string statedText(DcmItem &item, const DcmTagKey &tag) {
    DcmElement *element = nullptr;
    if (item.findAndGetElement(tag, element).bad() || element == nullptr) return {};
    std::string text;
    if (const auto bytes = bytesOf(*element)) {
        text = *bytes;
    } else {
        OFString values;
        if (element->getOFStringArray(values).bad()) return {};
        text.assign(values.c_str(), values.length());
    }
    const char padding[] = {' ', '\0', '\t', '\r', '\n'};
    const size_t first = text.find_first_not_of(padding, 0, sizeof padding);
    if (first == std::string::npos) return {};
    const size_t last = text.find_last_not_of(padding, std::string::npos, sizeof padding);
    return text.substr(first, last + 1 - first);
}

void judgeHeader(DcmFileFormat &file, bool isWhole, const vigil_decode_options &options) {
    if (options.judge == nullptr) return;
    DcmDataset &dataset = *file.getDataset();
    vigil_header header = {};
    std::string sopClass = statedText(dataset, DCM_SOPClassUID);
    // A directory has none in its data set.
    if (DcmMetaInfo *meta = file.getMetaInfo(); sopClass.empty() && meta != nullptr) {
        sopClass = statedText(*meta, DCM_MediaStorageSOPClassUID);
    }
    copyText(sopClass, header.sop_class);
    copyText(statedText(dataset, DCM_StudyInstanceUID), header.study_uid);
    copyText(statedText(dataset, DCM_SeriesInstanceUID), header.series_uid);
    copyText(statedText(dataset, DCM_SOPInstanceUID), header.instance_uid);
    copyText(statedText(dataset, DCM_PatientID), header.patient_id);
    copyText(statedText(dataset, DCM_DeviceSerialNumber), header.device_serial);
    copyText(statedText(dataset, DCM_ManufacturerModelName), header.device_model);
    copyText(statedText(dataset, DCM_Modality), header.modality);
    copyText(statedText(dataset, DCM_ImageType), header.image_type);
    copyText(statedText(dataset, DCM_PresentationIntentType), header.intent);
    copyText(statedText(dataset, DCM_ConversionType), header.conversion);
    copyText(statedText(dataset, DCM_BodyPartExamined), header.body_part);
    copyText(firstCode(dataset, DCM_AnatomicRegionSequence), header.region);
    copyText(statedText(dataset, DCM_ViewPosition), header.view);
    copyText(firstCode(dataset, DCM_ViewCodeSequence), header.view_code);
    copyText(statedText(dataset, DCM_PatientOrientation), header.orientation);
    header.age_days = ageOf(dataset);
    Uint16 side = 0;
    if (dataset.findAndGetUint16(DCM_Rows, side).good()) header.rows = side;
    if (dataset.findAndGetUint16(DCM_Columns, side).good()) header.columns = side;
    header.is_annotated = codeOf(dataset, DCM_BurnedInAnnotation) == "YES" ? 1 : 0;
    header.has_pixels = !isWhole || hasPixels(dataset) ? 1 : 0;
    require(options.judge(&header) == 0, VIGIL_DECODE_LEFT_OUT);
}

}  // namespace vigil

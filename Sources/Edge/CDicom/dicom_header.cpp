// What a header says of its object, before pixels are looked at.

#include "dicom.hpp"

namespace vigil {
namespace {

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
    copyText(statedText(dataset, DCM_Modality), header.modality);
    copyText(statedText(dataset, DCM_ImageType), header.image_type);
    copyText(statedText(dataset, DCM_PresentationIntentType), header.intent);
    copyText(statedText(dataset, DCM_ConversionType), header.conversion);
    header.has_pixels = !isWhole || hasPixels(dataset) ? 1 : 0;
    require(options.judge(&header) == 0, VIGIL_DECODE_LEFT_OUT);
}

}  // namespace vigil

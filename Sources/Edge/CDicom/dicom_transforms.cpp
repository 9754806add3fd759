// Modality and VOI transforms of a frame, from functional groups or the data set.

#include "dicom.hpp"

#include <algorithm>

namespace vigil {
namespace {

DcmItem *firstItem(DcmItem &item, const DcmTagKey &sequence, long index = 0) {
    DcmItem *found = nullptr;
    if (item.findAndGetSequenceItem(sequence, found, index).bad()) return nullptr;
    return found;
}

// The table of a sequence that has one.
DcmItem *tableOf(DcmItem &item, const DcmTagKey &sequence) {
    DcmItem *table = firstItem(item, sequence);
    if (table == nullptr) return nullptr;
    const bool isThere = table->tagExists(DCM_LUTDescriptor) || table->tagExists(DCM_LUTData);
    return isThere ? table : nullptr;
}

// A window that PS3.3 C.11.2.1.2 allows; nothing when there is none.
std::optional<VoiTransform> windowOf(DcmItem &item) {
    const auto center = numberOf(item, DCM_WindowCenter);
    const auto width = numberOf(item, DCM_WindowWidth);
    if (!center && !width) return std::nullopt;
    VoiTransform voi;
    voi.center = center.value_or(0);
    voi.width = width.value_or(0);
    const std::string function = codeOf(item, DCM_VOILUTFunction);
    if (function == "SIGMOID") {
        voi.kind = VIGIL_USED_SIGMOID;
    } else if (function == "LINEAR_EXACT") {
        voi.kind = VIGIL_USED_LINEAR_EXACT;
    } else {
        require(function.empty() || function == "LINEAR", VIGIL_DECODE_UNREADABLE_LABEL,
                VIGIL_LABEL_WINDOW);
        voi.kind = VIGIL_USED_LINEAR;
    }
    const bool isWide = voi.kind == VIGIL_USED_LINEAR ? voi.width >= 1 : voi.width > 0;
    if (center && width && isWide) return voi;
    note(VIGIL_NOTE_WINDOW);
    return std::nullopt;
}

// Angiography and fluoroscopy: their modality transform leads back to the intensity of the beam
// and is not for display (PS3.3 C.8.7.1.1.2).
bool isOfBeamIntensity(DcmItem &dataset) {
    const std::string kind = textOf(dataset, DCM_SOPClassUID);
    if (kind.empty()) {
        const std::string modality = codeOf(dataset, DCM_Modality);
        return modality == "XA" || modality == "RF";
    }
    return kind == UID_XRayAngiographicImageStorage ||
           kind == UID_XRayRadiofluoroscopicImageStorage ||
           kind == UID_RETIRED_XRayAngiographicBiPlaneImageStorage ||
           kind == UID_EnhancedXAImageStorage || kind == UID_EnhancedXRFImageStorage;
}

Padding paddingOf(DcmItem &dataset, const StoredFormat &format) {
    Padding padding;
    const auto value = unsignedOf(dataset, DCM_PixelPaddingValue);
    if (!value) return padding;
    const auto limit = unsignedOf(dataset, DCM_PixelPaddingRangeLimit).value_or(*value);
    const int64_t one = format.value(*value & format.mask());
    const int64_t other = format.value(limit & format.mask());
    padding.isStated = true;
    padding.low = std::min(one, other);
    padding.high = std::max(one, other);
    return padding;
}

}  // namespace

DcmItem *groupItem(DcmItem &dataset, uint32_t frame, const DcmTagKey &macro) {
    if (DcmItem *own = firstItem(dataset, DCM_PerFrameFunctionalGroupsSequence, long(frame))) {
        if (DcmItem *found = firstItem(*own, macro)) return found;
    }
    if (DcmItem *shared = firstItem(dataset, DCM_SharedFunctionalGroupsSequence)) {
        return firstItem(*shared, macro);
    }
    return nullptr;
}

ModalityTransform readModality(DcmItem &dataset, uint32_t frame, const StoredFormat &format) {
    ModalityTransform modality;
    if (isOfBeamIntensity(dataset)) return modality;
    if (DcmItem *table = tableOf(dataset, DCM_ModalityLUTSequence)) {
        const LutTags tags{DCM_LUTDescriptor, DCM_LUTData, VIGIL_LABEL_MODALITY_LUT};
        modality.lut = readLut(*table, tags, format.domain());
        return modality;
    }
    DcmItem *group = groupItem(dataset, frame, DCM_PixelValueTransformationSequence);
    DcmItem &item = group != nullptr ? *group : dataset;
    modality.slope = numberOf(item, DCM_RescaleSlope).value_or(1);
    modality.intercept = numberOf(item, DCM_RescaleIntercept).value_or(0);
    if (modality.slope == 0) {
        modality.slope = 1;
        note(VIGIL_NOTE_ASSUMED);
    }
    return modality;
}

VoiTransform readVoi(DcmItem &dataset, uint32_t frame, const vigil_decode_options &options,
                     const Domain &domain) {
    VoiTransform voi;
    if (options.window_rule == VIGIL_WINDOW_FIXED) {
        voi.kind = VIGIL_USED_FIXED;
        voi.center = options.window_center;
        voi.width = options.window_width;
        return voi;
    }
    if (DcmItem *table = tableOf(dataset, DCM_VOILUTSequence)) {
        const LutTags tags{DCM_LUTDescriptor, DCM_LUTData, VIGIL_LABEL_VOI_LUT};
        voi.lut = readLut(*table, tags, domain);
        // A table for display reaches white, or nearly: 12 bits under a descriptor that says 16
        // would all be dark.
        voi.lut.takeBits(voi.lut.neededBits());
        voi.kind = VIGIL_USED_VOI_LUT;
        return voi;
    }
    if (DcmItem *group = groupItem(dataset, frame, DCM_FrameVOILUTSequence)) {
        if (auto window = windowOf(*group)) return *window;
    }
    if (auto window = windowOf(dataset)) return *window;
    voi.kind = VIGIL_USED_RANGE;
    return voi;
}

Display readDisplay(DcmItem &dataset, const PixelFormat &format) {
    Display display;
    const std::string shape = codeOf(dataset, DCM_PresentationLUTShape);
    const bool isMinimumWhite = format.photometric == "MONOCHROME1";
    display.invert = isMinimumWhite || shape == "INVERSE";
    if (display.invert && !isMinimumWhite) note(VIGIL_NOTE_INVERSE);
    if (isMinimumWhite && shape == "IDENTITY") note(VIGIL_NOTE_POLARITY);
    display.padding = paddingOf(dataset, format.stored);
    return display;
}

}  // namespace vigil

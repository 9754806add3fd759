// Modality and VOI transforms of a frame, from functional groups or the data set.

#include "dicom.hpp"

#include <cmath>

namespace vigil {
namespace {

DcmItem *firstItem(DcmItem &item, const DcmTagKey &sequence, long index = 0) {
    DcmItem *found = nullptr;
    if (item.findAndGetSequenceItem(sequence, found, index).bad()) return nullptr;
    return found;
}

// A window that PS3.3 C.11.2.1.2 allows; nothing when there is none.
std::optional<VoiTransform> windowOf(DcmItem &item) {
    const auto center = numberOf(item, DCM_WindowCenter);
    const auto width = numberOf(item, DCM_WindowWidth);
    if (!center || !width) return std::nullopt;
    VoiTransform voi;
    voi.center = *center;
    voi.width = *width;
    const std::string function = textOf(item, DCM_VOILUTFunction);
    if (function == "SIGMOID") {
        voi.kind = VIGIL_USED_SIGMOID;
    } else if (function == "LINEAR_EXACT") {
        voi.kind = VIGIL_USED_LINEAR_EXACT;
    } else {
        voi.kind = VIGIL_USED_LINEAR;
    }
    const bool valid = voi.kind == VIGIL_USED_LINEAR ? *width >= 1 : *width > 0;
    return valid ? std::optional(voi) : std::nullopt;
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
    if (DcmItem *table = firstItem(dataset, DCM_ModalityLUTSequence)) {
        modality.lut =
            readLut(*table, DCM_LUTDescriptor, DCM_LUTData, format.isSigned);
        if (!modality.lut.empty()) return modality;
    }
    DcmItem *group = groupItem(dataset, frame, DCM_PixelValueTransformationSequence);
    DcmItem &item = group != nullptr ? *group : dataset;
    modality.slope = numberOf(item, DCM_RescaleSlope).value_or(1);
    modality.intercept = numberOf(item, DCM_RescaleIntercept).value_or(0);
    if (modality.slope == 0) modality.slope = 1;
    return modality;
}

VoiTransform readVoi(DcmItem &dataset, uint32_t frame, const vigil_decode_options &options) {
    VoiTransform voi;
    if (options.window_rule == VIGIL_WINDOW_FIXED) {
        voi.kind = VIGIL_USED_FIXED;
        voi.center = options.window_center;
        voi.width = options.window_width;
        return voi;
    }
    if (DcmItem *table = firstItem(dataset, DCM_VOILUTSequence)) {
        // The table's first value is signed when modality values can be negative; 16-bit tables
        // that start in the upper half of the range are taken as negative.
        voi.lut = readLut(*table, DCM_LUTDescriptor, DCM_LUTData, true);
        if (!voi.lut.empty()) {
            voi.kind = VIGIL_USED_VOI_LUT;
            return voi;
        }
    }
    if (DcmItem *group = groupItem(dataset, frame, DCM_FrameVOILUTSequence)) {
        if (auto window = windowOf(*group)) return *window;
    }
    if (auto window = windowOf(dataset)) return *window;
    voi.kind = VIGIL_USED_RANGE;
    return voi;
}

}  // namespace vigil

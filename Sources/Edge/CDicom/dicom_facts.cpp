// Facts of a data set besides its pixels. None names a patient.

#include "dicom.hpp"

#include <algorithm>
#include <initializer_list>

namespace vigil {
namespace {

// A direction in the plane of the body: how far left and how far down it leads, by the first letter
// of Patient Orientation (PS3.3 C.7.6.1.1.1).
struct Direction {
    int left = 0;
    int down = 0;
    bool isFrontal = false;  // A, P: out of that plane

    explicit Direction(const std::string &text) {
        switch (text.empty() ? ' ' : text.front()) {
        case 'L': left = 1; break;
        case 'R': left = -1; break;
        case 'F': down = 1; break;
        case 'H': down = -1; break;
        case 'A':
        case 'P': isFrontal = true; break;
        default: break;
        }
    }
};

bool isOneOf(const std::string &text, std::initializer_list<const char *> known) {
    return std::any_of(known.begin(), known.end(), [&](const char *one) { return text == one; });
}

// How a projection shows the patient, against the usual: rows lead left, columns to the feet.
void noteOrientation(DcmItem &dataset) {
    const std::string modality = codeOf(dataset, DCM_Modality);
    const bool isProjection =
        isOneOf(modality, {"CR", "DX", "RG", "RF", "XA", "SC", "OT", ""});
    if (!isProjection || dataset.tagExists(DCM_ImageOrientationPatient)) return;
    const Direction rows(codeOf(dataset, DCM_PatientOrientation, 0));
    const Direction columns(codeOf(dataset, DCM_PatientOrientation, 1));
    const int area = rows.left * columns.down - rows.down * columns.left;
    if (area < 0) note(VIGIL_NOTE_MIRRORED);
    const bool isSideways = rows.down != 0 || columns.left != 0 || columns.isFrontal;
    if (isSideways || columns.down < 0) note(VIGIL_NOTE_TURNED);
    const std::string view = codeOf(dataset, DCM_ViewPosition);
    const bool isLateral = isOneOf(view, {"LL", "RL", "LAT", "LATERAL", "L", "R"});
    if (isLateral || rows.isFrontal || columns.isFrontal) note(VIGIL_NOTE_LATERAL);
}

}  // namespace

void readFacts(DcmItem &dataset, const PixelFormat &format, vigil_decoded &out) {
    out.container = VIGIL_CONTAINER_DICOM;
    out.bits_stored = uint16_t(format.stored.bits);
    copyText(textOf(dataset, DCM_StudyInstanceUID), out.study_uid);
    copyText(textOf(dataset, DCM_SeriesInstanceUID), out.series_uid);
    copyText(textOf(dataset, DCM_SOPInstanceUID), out.instance_uid);
    copyText(textOf(dataset, DCM_Modality), out.modality);
    copyText(format.photometric, out.photometric);
    noteOrientation(dataset);
    for (const auto &tag : {DCM_PixelSpacing, DCM_ImagerPixelSpacing}) {
        double spacing[2] = {0, 0};
        const bool found = readNumbers(dataset, 0, DCM_PixelMeasuresSequence, tag, 2, spacing);
        if (found && spacing[0] > 0 && spacing[1] > 0) {
            out.spacing_rows = spacing[0];
            out.spacing_columns = spacing[1];
            return;
        }
    }
}

bool saysLossy(DcmItem &dataset, E_TransferSyntax syntax) {
    switch (syntax) {
    case EXS_JPEGProcess1:
    case EXS_JPEGProcess2_4:
    case EXS_JPEGLSLossy:
    case EXS_JPEG2000: return true;
    default: return textOf(dataset, DCM_LossyImageCompression) == "01";
    }
}

}  // namespace vigil

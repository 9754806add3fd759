// A document of DCMTK's dcmsr from what was gathered, and its bytes.

#include "report.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmsr/dsrdoc.h>

namespace vigil::reports {
namespace {

struct Refused {};

void require(const OFCondition &condition) {
    if (condition.bad()) throw Refused{};
}

void require(bool holds) {
    if (!holds) throw Refused{};
}

DSRCodedEntryValue coded(const Code &code) {
    if (code.value.empty()) return DSRCodedEntryValue();
    return DSRCodedEntryValue(OFString(code.value.c_str()), OFString(code.scheme.c_str()),
                              OFString(code.meaning.c_str()));
}

DSRTypes::E_RelationshipType relationship(int number) {
    switch (number) {
    case VIGIL_ROOT: return DSRTypes::RT_isRoot;
    case VIGIL_CONTAINS: return DSRTypes::RT_contains;
    case VIGIL_OBSERVATION_CONTEXT: return DSRTypes::RT_hasObsContext;
    case VIGIL_ACQUISITION_CONTEXT: return DSRTypes::RT_hasAcqContext;
    case VIGIL_CONCEPT_MODIFIER: return DSRTypes::RT_hasConceptMod;
    case VIGIL_INFERRED_FROM: return DSRTypes::RT_inferredFrom;
    case VIGIL_SELECTED_FROM: return DSRTypes::RT_selectedFrom;
    default: throw Refused{};
    }
}

DSRTypes::E_ValueType valueType(int number) {
    switch (number) {
    case VIGIL_CONTAINER: return DSRTypes::VT_Container;
    case VIGIL_CODE: return DSRTypes::VT_Code;
    case VIGIL_TEXT: return DSRTypes::VT_Text;
    case VIGIL_UID: return DSRTypes::VT_UIDRef;
    case VIGIL_NUMBER: return DSRTypes::VT_Num;
    case VIGIL_IMAGE: return DSRTypes::VT_Image;
    case VIGIL_POLYLINE: return DSRTypes::VT_SCoord;
    default: throw Refused{};
    }
}

void setNumber(DSRContentItem &place, const Item &item) {
    DSRNumericMeasurementValue number(OFString(item.text.c_str()), coded(item.code));
    require(number.setFloatingPointRepresentation(item.exact));
    require(place.setNumericValue(number));
}

void setImage(DSRContentItem &place, const Item &item) {
    DSRImageReferenceValue image(OFString(item.sopClass.c_str()), OFString(item.instance.c_str()));
    if (item.frame > 0) image.getFrameList().addItem(item.frame);
    // The class is what the image says it is; DCMTK does not know every one.
    require(place.setImageReference(image, OFFalse));
}

void setPolyline(DSRContentItem &place, const Item &item) {
    DSRSpatialCoordinatesValue line(DSRTypes::GT_Polyline);
    require(item.points.size() % 2 == 0);
    for (size_t i = 0; i < item.points.size(); i += 2) {
        line.getGraphicDataList().addItem(item.points[i], item.points[i + 1]);
    }
    require(place.setSpatialCoordinates(line));
}

void setValue(DSRContentItem &place, const Item &item) {
    if (!item.concept.value.empty()) require(place.setConceptName(coded(item.concept)));
    switch (item.type) {
    case VIGIL_CONTAINER: require(place.setContinuityOfContent(DSRTypes::COC_Separate)); break;
    case VIGIL_CODE: require(place.setCodeValue(coded(item.code))); break;
    case VIGIL_NUMBER: setNumber(place, item); break;
    case VIGIL_IMAGE: setImage(place, item); break;
    case VIGIL_POLYLINE: setPolyline(place, item); break;
    default: require(place.setStringValue(OFString(item.text.c_str())));
    }
    if (item.templateID.empty()) return;
    require(place.setTemplateIdentification(OFString(item.templateID.c_str()), "DCMR",
                                            "1.2.840.10008.8.1.1"));
}

void addItems(DSRDocumentTree &tree, const vigil_report &report) {
    int depth = -1;
    for (const Item &item : report.items) {
        require(item.depth <= depth + 1 && (item.depth > 0) == (depth >= 0));
        const bool isChild = item.depth == depth + 1;
        for (; depth > item.depth; --depth) require(tree.goUp() > 0);
        depth = item.depth;
        const auto mode = isChild ? DSRTypes::AM_belowCurrent : DSRTypes::AM_afterCurrent;
        require(tree.addContentItem(relationship(item.relationship), valueType(item.type), mode) >
                0);
        setValue(tree.getCurrentContentItem(), item);
    }
    require(tree.gotoRoot() > 0);
    const OFString observed(report.fields[VIGIL_REPORT_OBSERVED].c_str());
    // DCMTK 3.6.7 takes the offset +0000 (PS3.5 6.2) for wrong.
    require(tree.getCurrentContentItem().setObservationDateTime(observed, OFFalse));
}

OFString field(const vigil_report &report, vigil_report_field field) {
    return OFString(report.fields[field].c_str());
}

// Patient and study stand as the images have them, however they have them.
void setSubject(DSRDocument &document, const vigil_report &report) {
    require(document.createNewSeriesInStudy(field(report, VIGIL_REPORT_STUDY_UID)));
    require(document.setSpecificCharacterSetType(DSRTypes::CS_UTF8));
    require(document.setPatientID(field(report, VIGIL_REPORT_PATIENT_ID), OFFalse));
    require(document.setIssuerOfPatientID(field(report, VIGIL_REPORT_ISSUER), OFFalse));
    require(document.setPatientName(field(report, VIGIL_REPORT_PATIENT_NAME), OFFalse));
    require(document.setPatientBirthDate(field(report, VIGIL_REPORT_BIRTH_DATE), OFFalse));
    require(document.setPatientSex(field(report, VIGIL_REPORT_SEX), OFFalse));
    require(document.setStudyID(field(report, VIGIL_REPORT_STUDY_ID), OFFalse));
    require(document.setStudyDate(field(report, VIGIL_REPORT_STUDY_DATE), OFFalse));
    require(document.setStudyTime(field(report, VIGIL_REPORT_STUDY_TIME), OFFalse));
    require(document.setAccessionNumber(field(report, VIGIL_REPORT_ACCESSION), OFFalse));
    require(document.setReferringPhysicianName(field(report, VIGIL_REPORT_REFERRING), OFFalse));
}

void setDocument(DSRDocument &document, const vigil_report &report) {
    require(document.setContentDate(field(report, VIGIL_REPORT_CONTENT_DATE)));
    require(document.setContentTime(field(report, VIGIL_REPORT_CONTENT_TIME)));
    require(document.setSeriesDescription(field(report, VIGIL_REPORT_SERIES_DESCRIPTION)));
    require(document.setInstanceNumber(field(report, VIGIL_REPORT_INSTANCE_NUMBER)));
    require(document.setManufacturer("Vigil"));
    require(document.setManufacturerModelName(field(report, VIGIL_REPORT_MODEL)));
    require(document.setDeviceSerialNumber(field(report, VIGIL_REPORT_SOFTWARE)));
    require(document.setSoftwareVersions(field(report, VIGIL_REPORT_SOFTWARE)));
    // No person has looked at it.
    require(document.setPreliminaryFlag(DSRTypes::PF_Preliminary));
    const OFString incomplete = field(report, VIGIL_REPORT_INCOMPLETE);
    if (incomplete.empty()) {
        require(document.completeDocument());
    } else {
        require(document.setCompletionFlagDescription(incomplete));
    }
    require(document.getCodingSchemeIdentification().addItem(
        field(report, VIGIL_REPORT_SCHEME), field(report, VIGIL_REPORT_SCHEME_UID), "Vigil"));
}

void setReferences(DSRDocument &document, const vigil_report &report) {
    const OFString study = field(report, VIGIL_REPORT_STUDY_UID);
    for (const Evidence &image : report.evidence) {
        require(document.getCurrentRequestedProcedureEvidence().addItem(
            study, image.series.c_str(), image.sopClass.c_str(), image.instance.c_str()));
    }
    if (report.predecessor.empty()) return;
    require(document.getPredecessorDocuments().addItem(
        study, field(report, VIGIL_REPORT_SERIES_UID), UID_Comprehensive3DSRStorage,
        report.predecessor.c_str()));
}

// What DCMTK makes anew for each document, so that the same report is the same object.
void setIdentity(DcmDataset &dataset, const vigil_report &report) {
    const auto put = [&](const DcmTagKey &tag, vigil_report_field from) {
        require(dataset.putAndInsertString(tag, report.fields[from].c_str()));
    };
    put(DCM_SeriesInstanceUID, VIGIL_REPORT_SERIES_UID);
    put(DCM_SOPInstanceUID, VIGIL_REPORT_INSTANCE_UID);
    put(DCM_InstanceCreationDate, VIGIL_REPORT_CONTENT_DATE);
    put(DCM_InstanceCreationTime, VIGIL_REPORT_CONTENT_TIME);
}

std::vector<uint8_t> bytesOf(DcmDataset &dataset) {
    const E_TransferSyntax syntax = EXS_LittleEndianExplicit;
    DcmFileFormat file(&dataset);
    require(file.validateMetaInfo(syntax));
    // The preamble is none of the elements.
    const size_t room = file.calcElementLength(syntax, EET_ExplicitLength) + 4096;
    std::vector<uint8_t> bytes(room);
    DcmOutputBufferStream stream(bytes.data(), offile_off_t(bytes.size()));
    file.transferInit();
    require(file.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL, EPD_noChange));
    file.transferEnd();
    void *written = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(written, count);
    bytes.resize(size_t(count));
    return bytes;
}

}  // namespace

std::vector<uint8_t> write(const vigil_report &report) {
    try {
        DSRDocument document(DSRTypes::DT_Comprehensive3DSR);
        setSubject(document, report);
        setDocument(document, report);
        setReferences(document, report);
        addItems(document.getTree(), report);
        DcmDataset dataset;
        require(document.write(dataset));
        setIdentity(dataset, report);
        return bytesOf(dataset);
    } catch (const Refused &) {
        return {};
    }
}

}  // namespace vigil::reports

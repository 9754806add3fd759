internal import ClinicalReport
internal import StudyHeaders
internal import VigilCore

/// Whose report it is, as references by identifiers that the receiver knows: Vigil makes no Patient
/// and no ImagingStudy.
struct FHIRSubject {
    let header: StudyHeader
    /// The system of the site's patient numbers.
    let patientSystem: String

    var reference: JSONValue {
        FHIRElement.reference(
            type: "Patient",
            identifier: FHIRElement.identifier(patientSystem, header.patient.id.disclosed))
    }

    var imagingStudy: JSONValue {
        FHIRElement.reference(
            type: "ImagingStudy", identifier: FHIRElement.uid(header.study.instanceUID))
    }

    /// The order, by the accession number; nil without one.
    var order: JSONValue? {
        guard !header.study.accessionNumber.isEmpty else { return nil }
        return FHIRElement.reference(
            type: "ServiceRequest",
            identifier: [
                "type": FHIRElement.concept(FHIRNames.accession),
                "value": .string(header.study.accessionNumber.disclosed),
            ])
    }
}

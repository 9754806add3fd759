internal import ClinicalReport
internal import VigilCore

/// The URIs and codes that the resources have, each with where it is defined.
enum FHIRNames {
    /// Identifiers of Vigil's own.
    static let finding = "urn:vigil:finding"
    static let study = "urn:vigil:study-pseudonym"
    static let result = "urn:vigil:result"
    static let model = "urn:vigil:model"
    /// An identifier that is a UID (R4 datatypes, "urn:dicom:uid" of ImagingStudy.identifier).
    static let dicomUID = "urn:dicom:uid"
    /// Extensions of Vigil's own; Deploy/gateway has their definitions.
    static let box = "urn:vigil:fhir:evidence-box"
    static let number = "urn:vigil:fhir:record-number"

    /// The label of what a machine asserted (AI Transparency on FHIR 1.0.0-ballot, "Tagging").
    static let machineAsserted = Coding(
        system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "AIAST",
        display: "Artificial Intelligence asserted")
    /// DiagnosticReport.category.
    static let radiology = Coding(
        system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: "RAD", display: "Radiology")
    /// Observation.category.
    static let imaging = Coding(
        system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "imaging",
        display: "Imaging")
    /// DiagnosticReport.code.
    static let imagingReport = Coding(
        system: "http://loinc.org", code: "18748-4", display: "Diagnostic imaging study")
    /// ServiceRequest.identifier.type.
    static let accession = Coding(
        system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "ACSN",
        display: "Accession ID")
    /// Provenance.agent.type.
    static let author = Coding(
        system: "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
        code: "author", display: "Author")
    /// Why an Observation has no value.
    static let notPerformed = Coding(
        system: "http://terminology.hl7.org/CodeSystem/data-absent-reason", code: "not-performed",
        display: "Not Performed")
    static let unknown = Coding(
        system: "http://terminology.hl7.org/CodeSystem/data-absent-reason", code: "unknown",
        display: "Unknown")

    /// Observation.interpretation: presence and absence are those "based on the established
    /// threshold" of a test, as the code system words it, and no statement about the patient.
    static func interpretation(_ answer: Finding.Answer) -> Coding {
        let system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
        return switch answer {
        case .flagged: Coding(system: system, code: "POS", display: "Positive")
        case .notFlagged: Coding(system: system, code: "NEG", display: "Negative")
        case .abstained: Coding(system: system, code: "IND", display: "Indeterminate")
        }
    }
}

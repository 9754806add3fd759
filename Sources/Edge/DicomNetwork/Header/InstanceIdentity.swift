package import StudyHeaders
package import VigilCore

/// Which instance a file is, of which study and of whom.
package struct InstanceIdentity: Sendable, Hashable {
    package let study: DicomUID
    package let series: DicomUID
    package let instance: DicomUID
    /// As the header has it, which may be nothing.
    package let sopClass: String
    /// Whom the header is of; nil where it has no number that others write in the same way.
    package let patient: PatientText?
    /// Who gave that number, as far as the header says (IssuerOfPatientID).
    package let issuer: PatientText
}

internal import Imaging
package import VigilCore

/// What of an object's identity is not what its study's event says. The texts go into records.
package enum IdentityMismatch: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// The file is of another study.
    case study = "study_uid_differs"
    /// It is of another series than the event states for it.
    case series = "series_uid_differs"
    /// It is another object than the event states.
    case sop = "sop_uid_differs"
    /// The study's files name more than one patient.
    case patient = "patient_differs"

    package var safeText: String { rawValue }
}

/// Holds the objects of one study against its event and against each other. An object that states
/// nothing contradicts nothing: PNG and JPEG have no identity, and anonymisers take it away. One
/// that states what is no UID states another one than the event's.
struct IdentityGate {
    private var patient: PatientMark?
    private var found: Set<IdentityMismatch> = []

    /// What was found so far, in the order of the declaration; any of it concerns the whole study,
    /// since it is not known which of its objects are the patient's.
    var mismatches: [IdentityMismatch] { IdentityMismatch.allCases.filter { found.contains($0) } }

    /// Looks at one object more, an image or not.
    mutating func check(
        _ header: InstanceHeader, of event: StudyEvent, as reference: InstanceReference
    ) {
        if header.study.differs(from: event.study) { found.insert(.study) }
        if let series = reference.series, header.series.differs(from: series) {
            found.insert(.series)
        }
        if let sop = reference.sop, header.sop.differs(from: sop) { found.insert(.sop) }
        guard let mark = header.patient else { return }
        if let patient, patient != mark { found.insert(.patient) }
        patient = patient ?? mark
    }
}

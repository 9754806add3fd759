internal import Imaging
internal import VigilCore

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
///
/// What differs of an image that would be shown to the model concerns the whole study, since it is
/// not known which of its images are the patient's. What differs of an object that is left out,
/// such as a report that an archive filed wrongly, raises the alarm alone: nothing is said by it.
struct IdentityGate: Sendable {
    private var patient: PatientMark?
    private var ofImages: Set<IdentityMismatch> = []
    private var ofOthers: Set<IdentityMismatch> = []

    /// What was found of images so far, in the order of the declaration.
    var mismatches: [IdentityMismatch] {
        IdentityMismatch.allCases.filter { ofImages.contains($0) }
    }

    /// The same, of all objects.
    var alarms: [IdentityMismatch] {
        IdentityMismatch.allCases.filter { ofImages.contains($0) || ofOthers.contains($0) }
    }

    /// Looks at one object more.
    ///
    /// - Parameter isShown: whether it is an image that the model is to see.
    mutating func check(
        _ header: InstanceHeader, of event: StudyEvent, as reference: InstanceReference,
        isShown: Bool
    ) {
        var found: Set<IdentityMismatch> = []
        if header.study.differs(from: event.study) { found.insert(.study) }
        if let series = reference.series, header.series.differs(from: series) {
            found.insert(.series)
        }
        if let sop = reference.sop, header.sop.differs(from: sop) { found.insert(.sop) }
        guard isShown else {
            ofOthers.formUnion(found)
            return
        }
        if let mark = header.patient {
            if let patient, patient != mark { found.insert(.patient) }
            patient = patient ?? mark
        }
        ofImages.formUnion(found)
    }
}

package import VigilCore

/// A finding that is decided anew when more becomes known of its patient.
package struct RevisableFinding: Sendable {
    package let study: DicomUID
    package let patient: Pseudonym
    /// What was known of the patient when it was decided.
    package let context: Finding.Context
    /// Until when it is revised.
    package let until: Timestamp
    /// Where the event of its study first stood.
    package let origin: RecordPosition
    /// The record's JSON.
    package let record: [UInt8]

    package init(
        study: DicomUID, patient: Pseudonym, context: Finding.Context, until: Timestamp,
        origin: RecordPosition, record: [UInt8]
    ) {
        self.study = study
        self.patient = patient
        self.context = context
        self.until = until
        self.origin = origin
        self.record = record
    }
}

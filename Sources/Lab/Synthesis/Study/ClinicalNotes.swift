package import VigilCore

/// What is known and written of a patient beside the picture.
package struct ClinicalNotes: Sendable {
    /// As it was ordered, before anybody saw the picture.
    package let priority: Priority
    package let measurements: [Measurement]
    package let prior: Prior?
    /// Why the picture was asked for, what a reader saw, and what they conclude.
    package let words: (indication: String, findings: String, impression: String)
}

package import Context
package import VigilCore

/// What is known of one study's patient when the study is decided.
package struct PatientContext: Sendable {
    /// How it stands.
    package enum State: Sendable {
        /// Of each item the newest value within its time; none where nothing is known.
        case known([KnownValue])
        /// The topic is not read to its end: a value that is there may have been taken back.
        case notRead
        /// Whose study it is cannot be told.
        case unclear
    }

    /// What is known, or why nothing is.
    package let state: State
    /// Whose study it is; nil where that is unclear, and in records that do not tell it.
    package let patient: Pseudonym?
    /// From when back values count; nil as ``patient`` is.
    package let time: Timestamp?

    package init(_ state: State, of patient: Pseudonym?, at time: Timestamp?) {
        self.state = state
        self.patient = patient
        self.time = time
    }
}

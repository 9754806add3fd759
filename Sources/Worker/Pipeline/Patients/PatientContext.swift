internal import Context

/// What is known of one study's patient when the study is decided.
enum PatientContext: Sendable {
    /// Of each item the newest value within its time; none where nothing is known.
    case known([KnownValue])
    /// The topic is not read to its end: a value that is there may have been taken back.
    case notRead
    /// Whose study it is cannot be told.
    case unclear
}

/// Why a study that comes in parts is read now, or something else is said of it.
package enum StudyClosing: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// All that its events said to expect is there.
    case complete
    /// The time for the rest was over.
    case timedOut = "timed-out"
    /// Too much was waiting; what is there was read early.
    case crowded
    /// A part came, or was withdrawn, after the study was read before.
    case late
    /// A person raised or lowered the order.
    case ordered
    /// The whole study was withdrawn.
    case withdrawn
    /// Reading it ended workers.
    case quarantined
    /// What is known of the patient changed.
    case context
    /// Another model, preprocessing, calibration or policy was asked.
    case model
    /// What was said before was recalled.
    case recalled
}

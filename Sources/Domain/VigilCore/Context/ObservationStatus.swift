/// How far a result is, in FHIR's words (R4, `ObservationStatus`).
package enum ObservationStatus: String, Sendable, Hashable, CaseIterable, SafeToLog {
    case registered
    case preliminary
    case final
    case amended
    case corrected
    case cancelled
    case enteredInError = "entered-in-error"
    case unknown

    /// Whether there is a value that counts.
    package var isResult: Bool {
        switch self {
        case .preliminary, .final, .amended, .corrected: true
        case .registered, .cancelled, .enteredInError, .unknown: false
        }
    }

    /// Whether what was said before under this identifier counts no more, for good.
    package var takesBack: Bool { self == .cancelled || self == .enteredInError }

    /// Whether it says that an earlier value was wrong or incomplete.
    package var corrects: Bool { self == .amended || self == .corrected }

    /// Of two versions issued at one moment the greater stands.
    package var rank: UInt8 {
        switch self {
        case .unknown, .registered: 0
        case .preliminary: 1
        case .final: 2
        case .amended: 3
        case .corrected: 4
        case .cancelled, .enteredInError: 5
        }
    }
}

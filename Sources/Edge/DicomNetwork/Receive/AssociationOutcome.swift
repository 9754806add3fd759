internal import CDicomNetwork
package import VigilCore

/// How an association ended.
package enum AssociationOutcome: String, Sendable, Hashable {
    case released
    /// The other side aborted it or closed the connection.
    case broken
    /// What came is not DICOM, or beyond its bounds.
    case malformed
    /// Nothing whole came in time, or an object took too long.
    case timedOut = "timed_out"
    /// Another title was called; the other side was told.
    case calledUnknown = "called_unknown"
    /// Who called may not; the other side was told.
    case callingUnknown = "calling_unknown"
    /// There was no TLS, or no certificate that is trusted.
    case insecure
    /// This side is ending.
    case stopped

    /// As metrics and logs call it.
    package var word: SafeText { SafeText(fixedMessage: rawValue) }

    /// Nil: nobody called.
    init?(_ value: Int32) {
        switch UInt32(bitPattern: value) {
        case VIGIL_ASSOCIATION_NONE.rawValue: return nil
        case VIGIL_ASSOCIATION_RELEASED.rawValue: self = .released
        case VIGIL_ASSOCIATION_MALFORMED.rawValue: self = .malformed
        case VIGIL_ASSOCIATION_TIMED_OUT.rawValue: self = .timedOut
        case VIGIL_ASSOCIATION_CALLED_UNKNOWN.rawValue: self = .calledUnknown
        case VIGIL_ASSOCIATION_CALLING_UNKNOWN.rawValue: self = .callingUnknown
        case VIGIL_ASSOCIATION_INSECURE.rawValue: self = .insecure
        case VIGIL_ASSOCIATION_STOPPED.rawValue: self = .stopped
        default: self = .broken
        }
    }
}

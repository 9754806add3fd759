internal import VigilCore

/// Why a message is not taken, with its code of table 0357 and where in the message it lies.
package enum HL7Fault: String, Error, Sendable, CaseIterable, SafeToLog {
    /// The frame holds no message.
    case unreadable
    /// MSH-10 is empty or longer than any is.
    case noControlID = "no_control_id"
    case otherType = "other_type"
    case otherVersion = "other_version"
    /// It is of a test, or of a trainer.
    case otherProcessing = "other_processing"
    /// Characters in which a byte of a letter may look like a separator, or no UTF-8 where that
    /// was promised.
    case otherCharacters = "other_characters"
    /// More fields than are looked at.
    case tooManyFields = "too_many_fields"
    /// Kafka has not taken it in time. It may be sent again.
    case notKept = "not_kept"

    package var safeText: String { rawValue }

    /// Whether it is refused whenever it comes; else it may be taken later.
    var isRejection: Bool { self != .notKept }

    /// Table 0357, and its words.
    var code: (String, String) {
        switch self {
        case .unreadable: ("100", "Segment sequence error")
        case .noControlID: ("101", "Required field missing")
        case .otherType: ("200", "Unsupported message type")
        case .otherVersion: ("203", "Unsupported version id")
        case .otherProcessing: ("202", "Unsupported processing id")
        case .otherCharacters: ("103", "Table value not found")
        case .tooManyFields, .notKept: ("207", "Application internal error")
        }
    }

    /// Segment, its number and the field (ERR-2).
    var place: [String] {
        switch self {
        case .unreadable: ["MSH", "1"]
        case .noControlID: ["MSH", "1", "10"]
        case .otherType: ["MSH", "1", "9"]
        case .otherVersion: ["MSH", "1", "12"]
        case .otherProcessing: ["MSH", "1", "11"]
        case .otherCharacters: ["MSH", "1", "18"]
        case .tooManyFields, .notKept: []
        }
    }
}

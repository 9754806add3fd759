/// Why a record of the control topic is not believed. What it is about is stopped then, and stays
/// so until a newer record is.
package enum ControlRefusal: String, Sendable, Hashable, CaseIterable, SafeToLog, Error {
    /// Its key names nothing that can be stopped: everything is.
    case unknownScope = "unknown_scope"
    /// There is no value: what was ordered cannot be taken back by removing it.
    case removed
    /// It is no signed envelope, or what was signed is no order of a known version.
    case unreadable
    case unsigned
    case wrongSignature = "wrong_signature"
    case unknownKey = "unknown_key"
    /// It was signed as something else.
    case otherPayload = "other_payload"
    /// It was signed for another key of the topic.
    case otherScope = "other_scope"
    /// One with its number or a greater one came before: it is told again, or out of order.
    case notNewer = "not_newer"
}

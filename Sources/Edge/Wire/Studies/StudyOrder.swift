internal import VigilCore

/// Reads what a priority event says: the study's new order, and which way it goes.
enum StudyOrder {
    /// The change that an event's data tell of.
    static func change(_ data: JSONValue) throws(WireError) -> OrderChange {
        let direction: OrderChange.Direction
        switch data["change"] {
        case nil, .null?: direction = .raise
        case let value?:
            guard
                let known = value.stringValue.flatMap({ OrderChange.Direction(rawValue: $0) })
            else { throw .wrongType(.change) }
            direction = known
        }
        let reason = try reason(data)
        if direction == .lower, reason == nil { throw .missingField(.reason) }
        return OrderChange(direction: direction, reason: reason)
    }

    /// The reason's code, as a text of its own or as `reason.code`.
    private static func reason(_ data: JSONValue) throws(WireError) -> String? {
        guard let value = data["reason"], !value.isNull else { return nil }
        guard let code = value.stringValue ?? value["code"]?.stringValue, isReason(code) else {
            throw .wrongType(.reason)
        }
        return code
    }

    /// A word in snake case of at most 64 letters, and no text, which could tell of a patient.
    static func isReason(_ code: String) -> Bool {
        (1...64).contains(code.utf8.count)
            && code.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
            }
    }
}

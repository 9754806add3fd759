internal import VigilCore

/// How the members of records are written and read back.
enum Member {
    static func string(_ value: JSONValue) -> String? { value.stringValue }
    static func whole(_ value: JSONValue) -> Outside<Int64>? { value.outside }
    static func double(_ value: JSONValue) -> Double? { value.doubleValue }
    static func bool(_ value: JSONValue) -> Bool? { value.boolValue }
    static func float(_ value: JSONValue) -> Float? { value.doubleValue.map { Float($0) } }
    static func strings(_ value: JSONValue) -> [String]? {
        guard let elements = value.arrayValue else { return nil }
        let texts = elements.compactMap(\.stringValue)
        return texts.count == elements.count ? texts : nil
    }
    static func time(_ value: JSONValue) -> Timestamp? {
        value.stringValue.flatMap { Timestamp(rfc3339: $0) }
    }
    static func digest(_ value: JSONValue) -> Digest? {
        value.stringValue.flatMap { Digest(text: $0) }
    }
    static func uuid(_ value: JSONValue) -> UUIDv5? {
        value.stringValue.flatMap { UUIDv5(text: $0) }
    }
    static func pseudonym(_ value: JSONValue) -> Pseudonym? {
        value.stringValue.flatMap { Pseudonym(hex: $0) }
    }
    static func priority(_ value: JSONValue) -> Priority? {
        value.stringValue.flatMap { Priority(rawValue: $0) }
    }
    static func seconds(_ value: JSONValue) -> Duration? {
        value.doubleValue.flatMap { $0 >= 0 ? duration(seconds: $0) : nil }
    }
    static func milliseconds(_ value: JSONValue) -> Duration? {
        value.doubleValue.flatMap { duration(seconds: $0 / 1000) }
    }

    /// A duration to the nanosecond; nil beyond about 31 years.
    private static func duration(seconds: Double) -> Duration? {
        guard abs(seconds) < 1e9 else { return nil }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }
}

extension JSONObject {
    /// Adds a member unless there is nothing to say; a double that is not finite says nothing.
    mutating func set(_ name: StaticString, _ value: JSONValue?) {
        if case .number(let number) = value, !number.isFinite { return }
        if let value { _ = appendIfNew(name.description, value) }
    }

    mutating func set(_ name: StaticString, _ value: Double?) {
        set(name, value.map { JSONValue.number($0) })
    }

    /// A float is written with the fewest digits that tell it from other floats.
    mutating func set(_ name: StaticString, _ value: Float?) {
        set(name, value.flatMap { Double($0.description) })
    }

    mutating func set(_ name: StaticString, _ value: Int?) {
        set(name, value.map { JSONValue.integer(Int64($0)) })
    }

    mutating func set(_ name: StaticString, _ value: Bool?) {
        set(name, value.map { JSONValue.bool($0) })
    }

    mutating func set(_ name: StaticString, text value: String?) {
        set(name, value.map { JSONValue.string($0) })
    }

    /// A value by its one safe text: a digest, a pseudonym, a time, a closed enum.
    mutating func set(_ name: StaticString, safe value: (some SafeToLog)?) {
        set(name, text: value?.safeText)
    }

    mutating func set(_ name: StaticString, list values: [JSONValue]) {
        if !values.isEmpty { set(name, .array(values)) }
    }

    /// Adds an object unless it has no member.
    mutating func set(_ name: StaticString, members object: JSONObject) {
        if object.count > 0 { set(name, .object(object)) }
    }

    mutating func set(_ name: StaticString, milliseconds value: Duration?) {
        set(name, value.map { ($0 / .nanoseconds(1)) / 1e6 })
    }

    mutating func set(_ name: StaticString, seconds value: Duration?) {
        set(name, value.map { ($0 / .nanoseconds(1)) / 1e9 })
    }
}

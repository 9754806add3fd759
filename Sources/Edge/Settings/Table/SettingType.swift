/// What a setting may hold.
package enum SettingType: Sendable, Hashable {
    /// `true` or `false`.
    case bool
    /// A whole number within bounds.
    case integer(ClosedRange<Int>)
    /// A number within bounds.
    case number(ClosedRange<Double>)
    /// Text of at most so many bytes, without control characters.
    case text(bytesMax: Int)
    /// A name that Kafka takes for a topic.
    case topic(canBeEmpty: Bool)
    /// An address of HTTP, or nothing.
    case url
    /// An IP address.
    case address
    /// One of these words.
    case choice([String])
    /// At most so many texts: a YAML sequence, or text with commas between.
    case list(countMax: Int)
    /// Any of these words, as a list.
    case choices([String])

    /// Whether it holds several values.
    package var isList: Bool {
        switch self {
        case .list, .choices: true
        default: false
        }
    }

    /// The bound on a text, and on each text of a list.
    static let bytesMax = 4096

    /// Reads a value, or nil when it does not fit.
    func parse(_ text: String) -> SettingValue? {
        switch self {
        case .bool:
            return ["true": .bool(true), "false": .bool(false)][text]
        case .integer(let bounds):
            guard let value = Int(text), bounds.contains(value) else { return nil }
            return .integer(value)
        case .number(let bounds):
            // Double reads hexadecimal digits and words as well.
            guard text.utf8.allSatisfy("0123456789+-.eE".utf8.contains),
                let value = Double(text), bounds.contains(value)
            else { return nil }
            return .number(value)
        case .text(let bytesMax):
            return Self.isPlain(text, bytesMax: bytesMax) ? .text(text) : nil
        case .topic(let canBeEmpty):
            let fits = text.isEmpty ? canBeEmpty : TopicName.isLegal(text)
            return fits ? .text(text) : nil
        case .url:
            return text.isEmpty || WebAddress.isWhole(text) ? .text(text) : nil
        case .address:
            return WebAddress.isIP(text) ? .text(text) : nil
        case .choice(let words):
            return words.contains(text) ? .text(text) : nil
        case .list, .choices:
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            return text.isEmpty ? .list([]) : parse(parts.map(String.init))
        }
    }

    /// Reads a sequence, or nil when it does not fit or this is no list.
    func parse(_ texts: [String]) -> SettingValue? {
        let fits: Bool
        switch self {
        case .list(let countMax):
            fits =
                texts.count <= countMax
                && texts.allSatisfy { !$0.isEmpty && Self.isPlain($0, bytesMax: Self.bytesMax) }
        case .choices(let words): fits = texts.allSatisfy { words.contains($0) }
        default: fits = false
        }
        return fits ? .list(texts) : nil
    }

    /// What fits, as the end of a sentence that begins with "expected".
    var expectation: String {
        switch self {
        case .bool: "true or false"
        case .integer(let bounds):
            "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
        case .number(let bounds):
            "a number from \(SettingValue.number(bounds.lowerBound).text)"
                + " to \(SettingValue.number(bounds.upperBound).text)"
        case .text(let bytesMax): "text of at most \(bytesMax) bytes without control characters"
        case .topic(let canBeEmpty):
            "a topic's name: 1 to \(TopicName.lengthMax) letters a to z and A to Z, digits, '.', "
                + "'_' and '-', not '.' or '..'" + (canBeEmpty ? ", or nothing" : "")
        case .url: "http:// or https://, a host, and no blank, or nothing"
        case .address: "an IP address, such as 127.0.0.1, 0.0.0.0 or ::1"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .list(let countMax): "at most \(countMax) texts, none empty, with commas between"
        case .choices(let words):
            "any of " + words.joined(separator: ", ") + ", with commas between"
        }
    }

    private static func isPlain(_ text: String, bytesMax: Int) -> Bool {
        text.utf8.count <= bytesMax && !text.utf8.contains { $0 < 0x20 || $0 == 0x7f }
    }
}

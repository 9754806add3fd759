/// A JSON value (RFC 8259), read strictly: UTF-8 alone, no name twice in an object, nothing after
/// the value, and bounds on depth and count, so that hostile text costs bounded memory.
///
/// For files of a model, where a second meaning of the same bytes would be a fault; events on the
/// wire have their own decoder.
package enum StrictJSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number written without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([StrictJSON])
    /// Members in the order of the text; no name stands twice.
    case object([Member])

    /// A named value of an object. Names are compared by their bytes: two spellings of "é" are two
    /// names, as they are two tokens in a vocabulary.
    package struct Member: Sendable, Hashable {
        package let name: String
        package let value: StrictJSON

        package init(_ name: String, _ value: StrictJSON) {
            self.name = name
            self.value = value
        }
    }

    /// Why a text was refused, and the byte where.
    package struct Failure: Error, Sendable, Hashable {
        package let reason: SafeText
        package let offset: Int
    }

    /// The most values one text may hold; a tokenizer file of 500,000 entries fits.
    package static let countLimit = 2_000_000
    /// The deepest nesting.
    package static let depthLimit = 64

    /// Reads one value that takes up the whole text, white space aside.
    package static func parse(_ bytes: [UInt8]) throws(Failure) -> StrictJSON {
        var reader = StrictJSONReader(bytes: bytes)
        return try reader.document()
    }
}

extension StrictJSON {
    /// The members of an object, else nil.
    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements of an array, else nil.
    package var elements: [StrictJSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text of a string, else nil.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of an integer, else nil.
    package var integer: Int? {
        if case .integer(let value) = self { Int(exactly: value) } else { nil }
    }

    /// The value of any number, else nil.
    package var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The value of a truth value, else nil.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// A member of an object; nil when this is no object, there is no such member or it is null.
    package subscript(name: String) -> StrictJSON? {
        let member = members?.first { $0.name.utf8.elementsEqual(name.utf8) }
        guard let value = member?.value, value != .null else { return nil }
        return value
    }
}

extension StrictJSON {
    /// The value as text with names in order and two spaces an indent: the same value gives the
    /// same bytes. A number that is not finite becomes null.
    package var canonicalText: String {
        var out = ""
        write(into: &out, indent: 0)
        return out + "\n"
    }

    private func write(into out: inout String, indent: Int) {
        let inner = String(repeating: "  ", count: indent + 1)
        let outer = String(repeating: "  ", count: indent)
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .number(let value): out += value.isFinite ? String(value) : "null"
        case .string(let text): out += Self.quoted(text)
        case .array(let elements):
            guard !elements.isEmpty else { return out += "[]" }
            out += "["
            for (index, element) in elements.enumerated() {
                out += index == 0 ? "\n" : ",\n"
                out += inner
                element.write(into: &out, indent: indent + 1)
            }
            out += "\n\(outer)]"
        case .object(let members):
            guard !members.isEmpty else { return out += "{}" }
            out += "{"
            let ordered = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            for (index, member) in ordered.enumerated() {
                out += index == 0 ? "\n" : ",\n"
                out += inner + Self.quoted(member.name) + ": "
                member.value.write(into: &out, indent: indent + 1)
            }
            out += "\n\(outer)}"
        }
    }

    /// A string in quotes, with the escapes that RFC 8259 section 7 asks for.
    package static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}

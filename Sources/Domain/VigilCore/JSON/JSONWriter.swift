/// Writes JSON without spaces; equal values give equal bytes on every machine.
///
/// A double is written with the fewest digits that read back to the same bits. A double that is not
/// finite has no form in JSON and is written as `null`.
package enum JSONWriter {
    /// The order of an object's members.
    package enum Order: Sendable {
        /// As they stand in the value.
        case asGiven
        /// By the UTF-8 bytes of their names.
        case sorted
    }

    /// The bytes of a value. It recurses as deep as the value nests.
    package static func bytes(_ value: JSONValue, order: Order = .asGiven) -> [UInt8] {
        var out: [UInt8] = []
        write(value, order, into: &out)
        return out
    }

    /// The text of a value.
    package static func text(_ value: JSONValue, order: Order = .asGiven) -> String {
        String(decoding: bytes(value, order: order), as: UTF8.self)
    }

    private static func write(_ value: JSONValue, _ order: Order, into out: inout [UInt8]) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let value): out.append(contentsOf: value.description.utf8)
        case .number(let value):
            out.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
        case .string(let text): write(text, into: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                write(element, order, into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let object): write(object, order, into: &out)
        }
    }

    private static func write(_ object: JSONObject, _ order: Order, into out: inout [UInt8]) {
        var members = object.members
        if order == .sorted {
            members.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
        out.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            write(member.name, into: &out)
            out.append(UInt8(ascii: ":"))
            write(member.value, order, into: &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    private static func write(_ text: String, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain {
            out.append(contentsOf: text.utf8)
        } else {
            writeEscaped(text, into: &out)
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ text: String, into out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): out.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): out.append(contentsOf: #"\\"#.utf8)
            case 0x0a: out.append(contentsOf: #"\n"#.utf8)
            case 0x0d: out.append(contentsOf: #"\r"#.utf8)
            case 0x09: out.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20:
                out.append(contentsOf: #"\u00"#.utf8)
                out.append(contentsOf: Hex.encode([byte]).utf8)
            default: out.append(byte)
            }
        }
    }
}

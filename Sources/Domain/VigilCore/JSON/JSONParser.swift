/// A strict reader of JSON (RFC 8259) for bytes from outside: bounded in size, depth and memory,
/// and without a trap on any input.
///
/// It refuses what the RFC leaves open and readers disagree on: repeated member names, a byte order
/// mark, half surrogate pairs and numbers that a double cannot hold.
package struct JSONParser {
    /// Longer numbers are refused; a double is settled by its first 767 significant digits.
    private static let longestNumber = 1100

    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var index = 0
    private var values = 0

    private init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The value that the whole text holds.
    package static func parse(
        _ bytes: [UInt8], limits: JSONLimits = .message
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw .tooLarge(bytes: bytes.count, limit: limits.bytes)
        }
        var parser = JSONParser(bytes: bytes, limits: limits)
        parser.skipSpace()
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.index == bytes.count else { throw .syntax(offset: parser.index) }
        return value
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private var wrongHere: JSONError {
        index < bytes.count ? .syntax(offset: index) : .truncated
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0a, 0x0d: index += 1
            default: return
            }
        }
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard next == byte else { throw wrongHere }
        index += 1
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        values += 1
        guard values <= limits.values else { throw .tooManyValues(limit: limits.values) }
        guard let byte = next else { throw .truncated }
        switch byte {
        case UInt8(ascii: "{"):
            return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["):
            return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""):
            return .string(try string())
        case UInt8(ascii: "t"):
            return try word("true", .bool(true))
        case UInt8(ascii: "f"):
            return try word("false", .bool(false))
        case UInt8(ascii: "n"):
            return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number()
        default:
            throw wrongHere
        }
    }

    private mutating func word(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        for byte in text.description.utf8 { try expect(byte) }
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= limits.depth else { throw .tooDeep(limit: limits.depth) }
        index += 1
        var object = JSONObject()
        skipSpace()
        if next == UInt8(ascii: "}") {
            index += 1
            return object
        }
        while true {
            skipSpace()
            let start = index
            guard next == UInt8(ascii: "\"") else { throw wrongHere }
            let name = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            let value = try value(depth: depth)
            guard object.appendIfNew(name, value) else { throw .duplicateName(offset: start) }
            if try !another(before: UInt8(ascii: "}")) { return object }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= limits.depth else { throw .tooDeep(limit: limits.depth) }
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            index += 1
            return elements
        }
        while true {
            skipSpace()
            elements.append(try value(depth: depth))
            if try !another(before: UInt8(ascii: "]")) { return elements }
        }
    }

    /// Reads the comma before another element, or the closing bracket.
    private mutating func another(before closing: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard let byte = next, byte == UInt8(ascii: ",") || byte == closing else {
            throw wrongHere
        }
        index += 1
        return byte != closing
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func digits() throws(JSONError) {
        let start = index
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        guard index > start else { throw wrongHere }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let first = index
        try digits()
        if bytes[first] == UInt8(ascii: "0"), index > first + 1 {
            throw .syntax(offset: first + 1)
        }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            index += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        guard index - start <= Self.longestNumber else { throw .numberOutOfRange(offset: start) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let whole = Int64(text), !(isNegative && whole == 0) {
            return .integer(whole)
        }
        guard let real = Double(text), real.isFinite else {
            throw .numberOutOfRange(offset: start)
        }
        return .number(real)
    }
}

// MARK: - Strings

extension JSONParser {
    /// Reads a string from its opening to its closing quotation mark.
    private mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        var unescaped: [UInt8] = []
        var runStart = index
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                let run = bytes[runStart..<index]
                let text =
                    unescaped.isEmpty
                    ? String(validating: run, as: UTF8.self)
                    : String(validating: unescaped + run, as: UTF8.self)
                guard let text else { throw .badText(offset: start) }
                index += 1
                return text
            case UInt8(ascii: "\\"):
                unescaped.append(contentsOf: bytes[runStart..<index])
                index += 1
                try escape(into: &unescaped)
                runStart = index
            case 0..<0x20:
                throw .syntax(offset: index)
            default:
                index += 1
            }
        }
        throw .truncated
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw .truncated }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0c)
        case UInt8(ascii: "n"): out.append(0x0a)
        case UInt8(ascii: "r"): out.append(0x0d)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            index += 1
            let scalar = try escapedScalar()
            out.append(contentsOf: String(Character(scalar)).utf8)
            return
        default:
            throw .syntax(offset: index)
        }
        index += 1
    }

    /// Reads four digits after `\u`, and the second half of a surrogate pair where there is one.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let start = index
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xd800..<0xdc00).contains(first), next == UInt8(ascii: "\\") else {
            throw .badText(offset: start)
        }
        index += 1
        try expect(UInt8(ascii: "u"))
        let second = try fourHexDigits()
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw .badText(offset: start) }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Hex.value(ofDigit: byte) else { throw wrongHere }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}

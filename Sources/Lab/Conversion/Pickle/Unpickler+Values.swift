internal import VigilCore

/// Operations that push a value, and those that remember and recall.
extension Unpickler {
    /// Numbers, truth values and `None`.
    mutating func readScalar(_ opcode: UInt8) throws(ConversionError) -> Bool {
        switch opcode {
        case 0x80: try readProtocol()
        case 0x95: _ = try reader.take(8)  // FRAME
        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case UInt8(ascii: "K"): try push(.integer(Int(try reader.byte())))
        case UInt8(ascii: "M"): try push(.integer(Int(try reader.number(bytes: 2))))
        case UInt8(ascii: "J"):
            let bits = UInt32(truncatingIfNeeded: try reader.number(bytes: 4))
            try push(.integer(Int(Int32(bitPattern: bits))))
        case 0x8A: try readLong(lengthBytes: 1)
        case 0x8B: try readLong(lengthBytes: 4)
        case UInt8(ascii: "I"), UInt8(ascii: "L"): try readDecimal()
        case UInt8(ascii: "G"):
            _ = try reader.take(8)
            try push(.opaque)
        case UInt8(ascii: "F"):
            _ = try reader.line(limit: PickleLimits.text)
            try push(.opaque)
        default: return false
        }
        return true
    }

    private mutating func readProtocol() throws(ConversionError) {
        let version = try reader.byte()
        guard version <= 5 else { throw .unsupported(what: "the pickle protocol \(version)") }
    }

    /// Texts and bytes.
    mutating func readText(_ opcode: UInt8) throws(ConversionError) -> Bool {
        switch opcode {
        case UInt8(ascii: "X"): try readText(lengthBytes: 4)
        case 0x8C: try readText(lengthBytes: 1)
        case 0x8D: try readText(lengthBytes: 8)
        case UInt8(ascii: "V"):
            try push(.text(try escapedText(reader.line(limit: PickleLimits.text))))
        case UInt8(ascii: "S"):
            // A quoted Python 2 string.
            let range = try reader.line(limit: PickleLimits.text)
            guard range.count >= 2 else { throw reader.malformed("a text has no quotation marks") }
            let text = try text(range.lowerBound + 1..<range.upperBound - 1)
            guard !text.contains("\\") else {
                throw .unsupported(what: "a Python 2 text with escapes")
            }
            try push(.text(text))
        case UInt8(ascii: "T"): try readPlainString(lengthBytes: 4)
        case UInt8(ascii: "U"): try readPlainString(lengthBytes: 1)
        case UInt8(ascii: "C"): try readBytes(lengthBytes: 1)
        case UInt8(ascii: "B"): try readBytes(lengthBytes: 4)
        case 0x8E, 0x96: try readBytes(lengthBytes: 8)
        default: return false
        }
        return true
    }

    /// The memo.
    mutating func readMemo(_ opcode: UInt8) throws(ConversionError) -> Bool {
        switch opcode {
        case UInt8(ascii: "q"): try remember(Int(try reader.byte()))
        case UInt8(ascii: "r"): try remember(Int(try reader.number(bytes: 4)))
        case UInt8(ascii: "p"): try remember(try decimal())
        case 0x94: try remember(nil)
        case UInt8(ascii: "h"): try recall(Int(try reader.byte()))
        case UInt8(ascii: "j"): try recall(Int(try reader.number(bytes: 4)))
        case UInt8(ascii: "g"): try recall(try decimal())
        default: return false
        }
        return true
    }

    /// Protocol 0's texts: Latin-1, with `\u` and 4 or `\U` and 8 digits for what that lacks.
    private mutating func escapedText(_ range: Range<Int>) throws(ConversionError) -> String {
        try hold(textBytes: range.count)
        var scalars = String.UnicodeScalarView()
        var rest = reader.copy(range)[...]
        while let byte = rest.popFirst() {
            let digits = rest.first == UInt8(ascii: "u") ? 4 : 8
            guard byte == UInt8(ascii: "\\"), let letter = rest.first,
                [UInt8(ascii: "u"), UInt8(ascii: "U")].contains(letter)
            else {
                scalars.append(Unicode.Scalar(byte))
                continue
            }
            let hex = String(decoding: rest.dropFirst().prefix(digits), as: UTF8.self)
            guard hex.utf8.count == digits, let value = UInt32(hex, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw reader.malformed("a text has a wrong escape") }
            scalars.append(scalar)
            rest = rest.dropFirst(1 + digits)
        }
        return String(scalars)
    }

    private mutating func readText(lengthBytes: Int) throws(ConversionError) {
        let range = try reader.take(reader.length(bytes: lengthBytes))
        // A long text is what protocol 2 makes of bytes; only `_codecs.encode` has a use for it.
        if range.count > PickleLimits.text { return try push(.bytes(range)) }
        try push(.text(try text(range)))
    }

    private mutating func readBytes(lengthBytes: Int) throws(ConversionError) {
        try push(.bytes(try reader.take(reader.length(bytes: lengthBytes))))
    }

    /// A Python 2 string: text where it is UTF-8, else bytes.
    private mutating func readPlainString(lengthBytes: Int) throws(ConversionError) {
        let range = try reader.take(reader.length(bytes: lengthBytes))
        guard range.count <= PickleLimits.text,
            String(validating: reader.copy(range), as: UTF8.self) != nil
        else { return try push(.bytes(range)) }
        try push(.text(try text(range)))
    }

    /// A whole number in two's complement; one of more than 64 bits carries nothing that is used.
    private mutating func readLong(lengthBytes: Int) throws(ConversionError) {
        let range = try reader.take(reader.length(bytes: lengthBytes))
        guard range.count <= 8 else { return try push(.opaque) }
        let bytes = reader.copy(range)
        let isNegative = (bytes.last ?? 0) >= 0x80
        let value = bytes.reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
        try push(.integer(Int(Int64(bitPattern: value))))
    }

    private mutating func readDecimal() throws(ConversionError) {
        var text = try text(reader.line(limit: PickleLimits.text))
        if text.hasSuffix("L") { text.removeLast() }
        switch text {
        case "00": try push(.bool(false))
        case "01": try push(.bool(true))
        default: try push(Int(text).map { .integer($0) } ?? .opaque)
        }
    }

    private mutating func decimal() throws(ConversionError) -> Int {
        guard let value = Int(try text(reader.line(limit: 20))), value >= 0 else {
            throw reader.malformed("a place of the memo is no number")
        }
        return value
    }
}

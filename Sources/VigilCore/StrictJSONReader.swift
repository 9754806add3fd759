/// The recursive-descent reader behind ``StrictJSON/parse(_:)``.
struct StrictJSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var count = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(StrictJSON.Failure) -> StrictJSON {
        let result = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("text after the value") }
        return result
    }

    private func failure(_ reason: SafeText) -> StrictJSON.Failure {
        StrictJSON.Failure(reason: reason, offset: position)
    }

    private var next: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func expect(_ byte: UInt8, _ reason: SafeText) throws(StrictJSON.Failure) {
        guard next == byte else { throw failure(reason) }
        position += 1
    }

    private mutating func value(depth: Int) throws(StrictJSON.Failure) -> StrictJSON {
        skipSpace()
        count += 1
        guard count <= StrictJSON.countLimit else { throw failure("too many values") }
        guard depth < StrictJSON.depthLimit else { throw failure("nested too deep") }
        guard let byte = next else { throw failure("the text ends within a value") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(
        _ word: StaticString, _ value: StrictJSON
    ) throws(StrictJSON.Failure) -> StrictJSON {
        for byte in word.description.utf8 { try expect(byte, "not a JSON value") }
        return value
    }

    private mutating func object(depth: Int) throws(StrictJSON.Failure) -> StrictJSON {
        position += 1
        var members: [StrictJSON.Member] = []
        var names: Set<[UInt8]> = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a name is missing") }
            let name = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"), "a colon is missing")
            guard names.insert(Array(name.utf8)).inserted else {
                throw failure("a name stands twice in one object")
            }
            members.append(StrictJSON.Member(name, try value(depth: depth + 1)))
            skipSpace()
            if next == UInt8(ascii: ",") {
                position += 1
            } else {
                try expect(UInt8(ascii: "}"), "an object does not end")
                return .object(members)
            }
        }
    }

    private mutating func array(depth: Int) throws(StrictJSON.Failure) -> StrictJSON {
        position += 1
        var elements: [StrictJSON] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if next == UInt8(ascii: ",") {
                position += 1
            } else {
                try expect(UInt8(ascii: "]"), "an array does not end")
                return .array(elements)
            }
        }
    }

    private mutating func string() throws(StrictJSON.Failure) -> String {
        position += 1
        var units: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else {
                    throw failure("a string is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"):
                units.append(contentsOf: try escape())
            case 0..<0x20:
                throw failure("a bare control character in a string")
            default:
                units.append(byte)
            }
        }
        throw failure("a string does not end")
    }

    /// The UTF-8 of the escape after a backslash.
    private mutating func escape() throws(StrictJSON.Failure) -> [UInt8] {
        guard let byte = next else { throw failure("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = try hexDigits()
            if (0xD800..<0xDC00).contains(code) {
                try expect(UInt8(ascii: "\\"), "half a surrogate pair")
                try expect(UInt8(ascii: "u"), "half a surrogate pair")
                let low = try hexDigits()
                guard (0xDC00..<0xE000).contains(low) else {
                    throw failure("half a surrogate pair")
                }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
            return Array(String(Character(scalar)).utf8)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func hexDigits() throws(StrictJSON.Failure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next,
                let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw failure("four hexadecimal digits are missing") }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private mutating func number() throws(StrictJSON.Failure) -> StrictJSON {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let leading = next
        let whole = skipDigits()
        guard whole > 0 else { throw failure("not a JSON value") }
        guard whole == 1 || leading != UInt8(ascii: "0") else {
            throw failure("a number with a leading zero")
        }
        var isInteger = true
        if next == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard skipDigits() > 0 else { throw failure("a fraction without digits") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw failure("an exponent without digits") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw failure("a number out of range")
        }
        return .number(value)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        return position - start
    }
}

/// The path in a `file:` URI (RFC 8089).
enum FileURI {
    /// Decodes `file:///a/b`, `file://localhost/a/b` or `file:/a/b` to an absolute path.
    ///
    /// Another scheme or host, a query, a fragment, a zero byte or a broken percent escape is refused.
    static func path(of uri: String) throws(ImagingError) -> String {
        var rest = Array(uri.utf8)
        guard rest.count <= 4096, starts(rest, with: "file:", ignoringCase: true) else {
            throw .badURI
        }
        rest.removeFirst(5)
        if starts(rest, with: "//") {
            rest.removeFirst(2)
            if starts(rest, with: "localhost/", ignoringCase: true) { rest.removeFirst(9) }
        }
        guard rest.first == UInt8(ascii: "/") else { throw .badURI }
        return try decode(rest)
    }

    private static func decode(_ bytes: [UInt8]) throws(ImagingError) -> String {
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "?"), UInt8(ascii: "#"), 0: throw .badURI
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                    let low = digit(bytes[index + 2]), high << 4 | low != 0
                else { throw .badURI }
                out.append(high << 4 | low)
                index += 3
            default:
                out.append(byte)
                index += 1
            }
        }
        guard let path = String(validating: out, as: UTF8.self) else { throw .badURI }
        return path
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
    }

    private static func starts(
        _ bytes: [UInt8], with prefix: StaticString, ignoringCase: Bool = false
    ) -> Bool {
        let wanted = Array(prefix.description.utf8)
        guard bytes.count >= wanted.count else { return false }
        return zip(bytes, wanted).allSatisfy { byte, want in
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            return (ignoringCase && isUpper ? byte | 0x20 : byte) == want
        }
    }
}

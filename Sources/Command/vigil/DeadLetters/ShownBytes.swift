import VigilCore

/// Bytes from outside as a person can read them: text as text, whatever its encoding is, and only
/// what is none in hexadecimal. The terminal's layer escapes what is left.
enum ShownBytes {
    /// One text.
    static func text(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "(none)" }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        guard isMostlyText(bytes) else { return "0x" + Hex.encode(bytes) }
        // Latin-1 and the like: their letters beyond ASCII stand as bytes.
        return bytes.map { byte in
            byte < 0x80
                ? String(Character(UnicodeScalar(byte))) : "\\x" + Hex.encode([byte])
        }.joined()
    }

    /// A text of several lines, such as indented JSON.
    static func lines(_ bytes: [UInt8]?) -> [String] {
        // A carriage return with its line feed is one character.
        text(bytes).split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
        }
    }

    /// Whether nine of ten bytes are printable ASCII or break lines.
    private static func isMostlyText(_ bytes: [UInt8]) -> Bool {
        let readable = bytes.count {
            (0x20..<0x7f).contains($0) || [0x09, 0x0a, 0x0d].contains($0)
        }
        return readable >= bytes.count - bytes.count / 10
    }
}

/// Values of text as bytes.
enum ValueText {
    /// Without the spaces and zeros around it.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = bytes.firstIndex { !isFilling($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isFilling($0) }.map { $0 + 1 } ?? start
        return bytes[start..<max(start, end)]
    }

    /// The single values of an attribute, which a backslash parts, each trimmed.
    static func values(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false).map(trimmed)
    }

    /// Single values as an attribute.
    static func joined(_ values: [[UInt8]]) -> ArraySlice<UInt8> {
        Array(values.joined(separator: [UInt8(ascii: "\\")]))[...]
    }

    private static func isFilling(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0 }
}

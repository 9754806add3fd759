/// Values that say nothing, the same in every file.
enum DummyValue {
    private static let word = Array("REMOVED".utf8)

    /// Of a kind (PS3.5 section 6.2).
    static func of(_ kind: ValueKind) -> ArraySlice<UInt8> {
        switch kind {
        case .personName, .longString, .shortString, .shortText, .longText, .unlimitedText,
            .unlimitedCharacters, .code, .applicationEntity:
            word[...]
        case .resource: Array("urn:removed".utf8)[...]
        case .age: Array("000Y".utf8)[...]
        case .date: Array("19000101".utf8)[...]
        case .time: Array("000000".utf8)[...]
        case .dateTime: Array("19000101000000".utf8)[...]
        case .decimal, .integer: Array("0".utf8)[...]
        case .double, .otherDouble, .otherVeryLong, .signedVeryLong, .unsignedVeryLong: zeros(8)
        case .float, .otherFloat, .otherLong, .signedLong, .unsignedLong, .attribute: zeros(4)
        case .otherByte, .otherWord, .signedShort, .unsignedShort, .unknown: zeros(2)
        case .identifier, .sequence: []
        }
    }

    private static func zeros(_ count: Int) -> ArraySlice<UInt8> {
        [UInt8](repeating: 0, count: count)[...]
    }
}

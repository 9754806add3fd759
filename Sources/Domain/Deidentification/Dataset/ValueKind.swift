/// Value representations (PS3.5 section 6.2).
enum ValueKind: String, CaseIterable, Sendable {
    case applicationEntity = "AE"
    case age = "AS"
    case attribute = "AT"
    case code = "CS"
    case date = "DA"
    case decimal = "DS"
    case dateTime = "DT"
    case double = "FD"
    case float = "FL"
    case integer = "IS"
    case longString = "LO"
    case longText = "LT"
    case otherByte = "OB"
    case otherDouble = "OD"
    case otherFloat = "OF"
    case otherLong = "OL"
    case otherVeryLong = "OV"
    case otherWord = "OW"
    case personName = "PN"
    case shortString = "SH"
    case signedLong = "SL"
    case sequence = "SQ"
    case signedShort = "SS"
    case shortText = "ST"
    case signedVeryLong = "SV"
    case time = "TM"
    case unlimitedCharacters = "UC"
    case identifier = "UI"
    case unsignedLong = "UL"
    case unknown = "UN"
    case resource = "UR"
    case unsignedShort = "US"
    case unlimitedText = "UT"
    case unsignedVeryLong = "UV"

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.map { (Array($0.rawValue.utf8), $0) })

    /// By its two letters in a file; nil for what is none.
    init?(letters: ArraySlice<UInt8>) {
        guard let found = Self.byName[Array(letters)] else { return nil }
        self = found
    }

    /// Whether its length takes four bytes behind two empty ones in explicit transfer syntaxes.
    var hasLongLength: Bool {
        switch self {
        case .otherByte, .otherDouble, .otherFloat, .otherLong, .otherVeryLong, .otherWord,
            .sequence, .signedVeryLong, .unlimitedCharacters, .unknown, .resource,
            .unlimitedText, .unsignedVeryLong:
            true
        default: false
        }
    }

    /// Text that a person may have written in words.
    var isFreeText: Bool {
        switch self {
        case .shortText, .longText, .unlimitedText, .unlimitedCharacters, .resource: true
        default: false
        }
    }

    /// Text that descriptors are made of.
    var isText: Bool { isFreeText || self == .longString || self == .shortString }

    /// A point in time.
    var isTime: Bool { self == .date || self == .time || self == .dateTime }

    /// What fills a value up to an even number of bytes.
    var padding: UInt8 {
        switch self {
        case .applicationEntity, .age, .code, .date, .decimal, .dateTime, .integer, .longString,
            .longText, .personName, .shortString, .shortText, .time, .unlimitedCharacters,
            .resource, .unlimitedText:
            0x20
        default: 0
        }
    }
}

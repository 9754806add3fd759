/// Why a text is not acceptable JSON. Offsets count bytes from the start; nothing of the text
/// itself is repeated, since it may hold patient data.
package enum JSONError: VigilError, Hashable {
    /// The text breaks the grammar at a byte.
    case syntax(offset: Int)
    /// The text ends inside a value.
    case truncated
    /// A string is not UTF-8, or an escape names half a surrogate pair.
    case badText(offset: Int)
    /// A number is beyond what a double can hold, or is written with absurdly many digits.
    case numberOutOfRange(offset: Int)
    /// An object has one name twice, so that two readers could see two different messages.
    case duplicateName(offset: Int)
    case tooLarge(bytes: Int, limit: Int)
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)

    package var code: SafeText {
        switch self {
        case .syntax: "json_syntax"
        case .truncated: "json_truncated"
        case .badText: "json_bad_text"
        case .numberOutOfRange: "json_number_out_of_range"
        case .duplicateName: "json_duplicate_name"
        case .tooLarge: "json_too_large"
        case .tooDeep: "json_too_deep"
        case .tooManyValues: "json_too_many_values"
        }
    }

    package var what: SafeText {
        switch self {
        case .syntax(let offset): "Not JSON: unexpected byte at offset \(offset)"
        case .truncated: "Not JSON: the text ends too early"
        case .badText(let offset): "The string near offset \(offset) is not valid UTF-8"
        case .numberOutOfRange(let offset): "The number at offset \(offset) is out of range"
        case .duplicateName(let offset): "An object repeats a member name at offset \(offset)"
        case .tooLarge(let bytes, let limit):
            "The text has \(bytes) bytes, more than the limit of \(limit)"
        case .tooDeep(let limit): "Arrays and objects nest deeper than \(limit) levels"
        case .tooManyValues(let limit): "The text holds more than \(limit) values"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .tooLarge, .tooDeep, .tooManyValues: "Send a smaller text"
        case .badText: "Write JSON in UTF-8, and other bytes of a file's name as %XX in its URI"
        default: "Check the sender against RFC 8259"
        }
    }

    package var disposition: Disposition { .deadLetter }
}

/// What the patterns of byte-level tokenizers tell apart: `\p{L}`, `\p{N}`, `\s`, the rest.
enum ScalarKind {
    case letter
    case number
    case space
    case mark

    init(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            switch scalar {
            case "a"..."z", "A"..."Z": self = .letter
            case "0"..."9": self = .number
            case " ", "\u{9}"..."\u{D}": self = .space
            default: self = .mark
            }
            return
        }
        if scalar.properties.isWhitespace {
            self = .space
            return
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            self = .letter
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default: self = .mark
        }
    }

    /// The end of a contraction that stands at a place: `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`,
    /// `'d`.
    static func contractionEnd(_ text: ArraySlice<Unicode.Scalar>, at start: Int) -> Int? {
        guard text[start] == "'" else { return nil }
        for letters in contractions {
            let end = start + 1 + letters.count
            if end <= text.endIndex, text[start + 1..<end].elementsEqual(letters) { return end }
        }
        return nil
    }

    private static let contractions = ["s", "t", "re", "ve", "m", "ll", "d"].map {
        Array($0.unicodeScalars)
    }
}

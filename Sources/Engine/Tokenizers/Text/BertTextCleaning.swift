/// The text cleaning and word cutting before BERT's WordPiece.
///
/// The published tokenizer's categories are those of Unicode 8: a mark that came later is a letter
/// like any other to it, and here.
enum BertTextCleaning {
    /// Control characters go, white space becomes spaces, CJK ideographs stand alone; for an
    /// uncased model accents go and letters become small.
    static func clean(
        _ text: some Sequence<Unicode.Scalar>, isUncased: Bool
    ) -> [Unicode.Scalar] {
        var kept: [Unicode.Scalar] = []
        for scalar in text where !isRemoved(scalar) {
            if isSpace(scalar) {
                kept.append(" ")
            } else if isIdeograph(scalar) {
                kept.append(contentsOf: [" ", scalar, " "])
            } else {
                kept.append(scalar)
            }
        }
        guard isUncased else { return kept }
        var out: [Unicode.Scalar] = []
        for scalar in NormalForm.decomposed(kept) where category(scalar) != .nonspacingMark {
            out.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return out
    }

    /// Words between spaces, with each punctuation mark as a word of its own.
    static func words(_ text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        var words: [ArraySlice<Unicode.Scalar>] = []
        var begin = 0
        for (place, scalar) in text.enumerated() {
            let isMark = isPunctuation(scalar)
            guard isMark || isSpace(scalar) else { continue }
            if begin < place { words.append(text[begin..<place]) }
            if isMark { words.append(text[place...place]) }
            begin = place + 1
        }
        if begin < text.count { words.append(text[begin...]) }
        return words
    }

    /// The category in Unicode 8; nil for what came later.
    private static func category(_ scalar: Unicode.Scalar) -> Unicode.GeneralCategory? {
        guard let age = scalar.properties.age, age.major <= 8 else { return nil }
        // These two were punctuation then and are not now.
        if scalar.value == 0x166D || scalar.value == 0x111C9 { return .otherPunctuation }
        return scalar.properties.generalCategory
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace
    }

    private static func isRemoved(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r": return false
        case "\0", "\u{FFFD}": return true
        default: break
        }
        switch category(scalar) {
        case .control, .format, .privateUse, .surrogate: return true
        default: return false
        }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        if PythonText.isPunctuation(scalar) { return true }
        switch category(scalar) {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }

    /// The blocks that BERT counts as Chinese characters.
    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
            0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            return true
        default: return false
        }
    }
}

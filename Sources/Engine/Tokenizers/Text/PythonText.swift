/// What Python's `str` does to a text, where a published tokenizer is written in Python.
enum PythonText {
    /// `str.isspace` of one scalar.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        (0x1C...0x1F).contains(scalar.value) || scalar.properties.isWhitespace
    }

    /// Whether a scalar is in `string.punctuation`: ASCII's.
    static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// `str.lower`: the full mapping, with the form of Σ that stands at the end of a word.
    static func lower(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        for (place, scalar) in zip(text.indices, text) {
            if scalar == "\u{3A3}" {
                out.append(isFinal(text, place) ? "\u{3C2}" : "\u{3C3}")
            } else {
                out.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return out
    }

    /// Whether a cased letter stands before a place and none behind, beyond what has no case.
    private static func isFinal(_ text: ArraySlice<Unicode.Scalar>, _ place: Int) -> Bool {
        let before = text[..<place].last { !$0.properties.isCaseIgnorable }
        guard before?.properties.isCased == true else { return false }
        let behind = text[(place + 1)...].first { !$0.properties.isCaseIgnorable }
        return behind?.properties.isCased != true
    }

    /// Runs of white space to one space, none at the ends.
    static func collapseSpaces(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        Array(text.split(whereSeparator: isSpace).joined(separator: [" "]))
    }
}

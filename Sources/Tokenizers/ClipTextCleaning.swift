@_spi(_Unicode) internal import Swift

/// The text cleaning before CLIP's byte-level BPE: composed form NFC, white space to single
/// spaces, lower case a scalar at a time.
enum ClipTextCleaning {
    /// The cleaned scalars.
    ///
    /// The standard library offers NFC as an interface for system use alone; FoundationEssentials
    /// has none. The tests compare it with the published tokenizer's.
    static func clean(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var raw = String.UnicodeScalarView()
        raw.append(contentsOf: text)
        var out: [Unicode.Scalar] = []
        var isInSpace = false
        for scalar in String(raw)._nfc {
            if scalar.properties.isWhitespace {
                if !isInSpace { out.append(" ") }
                isInSpace = true
            } else {
                isInSpace = false
                out.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return out
    }
}

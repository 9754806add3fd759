/// The text cleaning before CLIP's byte-level BPE: composed form NFC, white space to single
/// spaces, lower case a scalar at a time.
enum ClipTextCleaning {
    /// The cleaned scalars.
    static func clean(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var isInSpace = false
        for scalar in NormalForm.composed(text) {
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

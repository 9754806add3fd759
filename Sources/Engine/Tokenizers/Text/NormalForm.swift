@_spi(_Unicode) internal import Swift

/// The canonical forms as the library `tokenizers` makes them: those of Unicode 9. What came later
/// is a letter like any other to it, which neither moves nor joins.
///
/// The standard library offers the forms as an interface for system use alone; FoundationEssentials
/// has none. The tests compare them with the published tokenizers'.
enum NormalForm {
    /// NFC.
    static func composed(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        apply(text) { Array($0._nfc) }
    }

    /// NFD.
    static func decomposed(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        apply(text) { Array($0._nfd) }
    }

    /// Whether a scalar is in Unicode 9.
    static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII || (scalar.properties.age.map { $0.major <= 9 } ?? false)
    }

    private static func apply(
        _ text: some Sequence<Unicode.Scalar>, _ form: (String) -> [Unicode.Scalar]
    ) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var run = String.UnicodeScalarView()
        for scalar in text {
            if isKnown(scalar) {
                append(scalar, to: &run)
            } else {
                out += form(String(run))
                run = String.UnicodeScalarView()
                out.append(scalar)
            }
        }
        return out + form(String(run))
    }

    /// Three Tibetan vowels begin with a mark when they are taken apart, which the standard library
    /// overlooks when it puts marks in order.
    private static func append(_ scalar: Unicode.Scalar, to run: inout String.UnicodeScalarView) {
        switch scalar {
        case "\u{F73}": run.append(contentsOf: ["\u{F71}", "\u{F72}"])
        case "\u{F75}": run.append(contentsOf: ["\u{F71}", "\u{F74}"])
        case "\u{F81}": run.append(contentsOf: ["\u{F71}", "\u{F80}"])
        default: run.append(scalar)
        }
    }
}

/// A field as it was written, taken apart by the separators of its message. Numbers count from 1;
/// what is not there is empty.
struct HL7Field: Sendable {
    private let written: Substring.UnicodeScalarView
    private let separators: HL7Separators

    init(_ text: String, _ separators: HL7Separators) {
        self.init(Substring(text).unicodeScalars, separators)
    }

    private init(_ written: Substring.UnicodeScalarView, _ separators: HL7Separators) {
        self.written = written
        self.separators = separators
    }

    /// Its repetitions, none of which is empty.
    var repetitions: [HL7Field] {
        written.split(separator: separators.repetition).map { HL7Field($0, separators) }
    }

    /// The first of its repetitions.
    var first: HL7Field { part(1, by: separators.repetition) }

    func component(_ number: Int) -> HL7Field { part(number, by: separators.component) }

    func subcomponent(_ number: Int) -> HL7Field { part(number, by: separators.subcomponent) }

    private func part(_ number: Int, by separator: Unicode.Scalar) -> HL7Field {
        let parts = written.split(
            separator: separator, maxSplits: number, omittingEmptySubsequences: false)
        let place = number - 1
        return HL7Field(
            parts.indices.contains(place) ? parts[place] : Substring("").unicodeScalars, separators)
    }

    /// The text without escapes and without spaces around it; HL7's `""`, which deletes, is none.
    var text: String {
        let scalars = HL7Text.unescaped(String(Substring(written)), separators: separators)
            .unicodeScalars
        guard let start = scalars.firstIndex(where: { $0 != " " }),
            let end = scalars.lastIndex(where: { $0 != " " })
        else { return "" }
        let text = String(scalars[start...end])
        return text == "\"\"" ? "" : text
    }
}

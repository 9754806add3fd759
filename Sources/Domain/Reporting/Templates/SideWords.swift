internal import VigilCore

/// The words by which a language tells sides. They may stand in no other text of it, or a sentence
/// could hold a side that no field has told.
struct SideWords {
    /// Each side's words that the other sides do not have: "left" of "on the left".
    private let words: [(side: ReportSide, word: String)]

    init(_ sides: [ReportSide: String]) {
        let split = sides.mapValues { Set(Self.words(of: $0)) }
        words = ReportSide.allCases.flatMap { side in
            let others = split.filter { $0.key != side }.values.reduce(into: Set()) {
                $0.formUnion($1)
            }
            return (split[side] ?? []).subtracting(others).sorted().map { (side, $0) }
        }
    }

    /// - Throws: the member that says a side by itself.
    func check(
        _ reader: TemplateFileReader, patterns: [SentenceForm: SentencePattern],
        words: [ProbabilityWord: String], regions: [ReportRegion: String],
        phrases: [String: ReportTemplates.Phrase]
    ) throws(ReportError) {
        let texts: [(String, [String])] =
            patterns.map { form, pattern in
                ("sentences.\(form.rawValue)", pattern.fixed.map(Self.text))
            }
            + words.map { ("probability.\($0.key.rawValue)", [$0.value]) }
            + regions.map { ("regions.\($0.key.rawValue)", [$0.value]) }
            + phrases.map { code, phrase in
                ("findings.\(code)", phrase.forms.values.map(Self.text))
            }
        for (member, parts) in texts.sorted(by: { $0.0 < $1.0 }) {
            if let side = parts.compactMap(side).first {
                throw reader.bad(member, "says the side \(side) by itself")
            }
        }
    }

    /// The side that a text tells, by a word that begins as one of its words: "left-sided" too.
    private func side(_ text: String) -> ReportSide? {
        let said = Self.words(of: text)
        return words.first { known in said.contains { $0.hasPrefix(known.word) } }?.side
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter }.map { String($0) }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

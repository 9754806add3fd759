internal import VigilCore

/// Reads a sentence of a language back to what it claims: our own reader, beside which an
/// independent one stands in Deploy/bench/reports. A language is closed: sentences without numbers
/// are all known when its file is read, and are looked up; those with numbers are read here.
struct SentenceReading {
    private let text: [UInt8]
    private var place = 0
    private var numbers: [SentencePattern.Field: Int] = [:]

    private init(_ text: [UInt8]) { self.text = text }

    /// What a text says by a form of sentence with numbers; nil of any other text.
    static func claim(
        _ text: [UInt8], _ form: SentenceForm, _ templates: ReportTemplates
    ) -> ReportClaim? {
        var reading = SentenceReading(text)
        guard let pattern = templates.patterns[form], reading.read(pattern),
            let claim = reading.claim(form), templates.bytes(of: claim) == text
        else { return nil }
        return claim
    }

    /// Whether the whole text is of the pattern. Fixed text has no digits, so that each number ends
    /// in one way alone.
    private mutating func read(_ pattern: SentencePattern) -> Bool {
        for part in pattern.parts {
            switch part {
            case .text(let bytes):
                guard text[place...].starts(with: bytes) else { return false }
                place += bytes.count
            case .field(let field):
                guard let number = number() else { return false }
                numbers[field] = number
            }
        }
        return place == text.count
    }

    /// A number of at most nine digits, so that it fits.
    private mutating func number() -> Int? {
        let digits = text[place...].prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count), digits.count == 1 || digits.first != 0x30 else {
            return nil
        }
        place += digits.count
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private func claim(_ form: SentenceForm) -> ReportClaim? {
        switch form {
        case .techniqueMany: numbers[.images].map { .technique(images: $0) }
        case .unanswered:
            if let count = numbers[.unanswered], let all = numbers[.asked] {
                .unanswered(count, of: all)
            } else {
                nil
            }
        default: nil
        }
    }
}

extension ReportTemplates {
    /// What a text claims; nil of a text that is no sentence of the language, or more than one.
    func reading(of text: [UInt8]) -> ReportClaim? {
        if let known = sentences[text] { return known }
        for form in [SentenceForm.techniqueMany, .unanswered] {
            if let claim = SentenceReading.claim(text, form, self) { return claim }
        }
        return nil
    }

    /// Every claim that can be made of findings, and examples of the others.
    var everyClaim: [ReportClaim] {
        withoutNumbers + [
            .technique(images: 2), .technique(images: 123_456_789), .unanswered(1, of: 2),
            .unanswered(10, of: 14),
        ]
    }

    /// Every claim that no number is a part of.
    var withoutNumbers: [ReportClaim] {
        let statements: [FindingClaim.Statement] =
            ProbabilityWord.allCases.map { .present($0) } + [
                .present(nil), .absent, .notExcluded, .uncertain, .notAssessed,
            ]
        let findings = codes.flatMap { code in
            statements.flatMap { statement in
                // A side is told of what is present alone.
                ([nil] + (statement.polarity == .present ? ReportSide.allCases : [])).map { side in
                    FindingClaim(code: code, statement: statement, side: side)
                }
            }
        }
        return findings.map { .finding($0) } + [
            .technique(images: 1), .noComparison, .nothingFlagged, .notDrafted(.notAssessed),
            .notDrafted(.abstained),
        ]
    }
}

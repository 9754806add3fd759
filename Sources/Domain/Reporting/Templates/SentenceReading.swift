internal import VigilCore

/// Reads a sentence of a language back to what it claims: our own reader, beside which an
/// independent one stands in Deploy/bench/reports.
struct SentenceReading {
    /// What the fields of a sentence held.
    private struct Held {
        var code: String?
        var word: ProbabilityWord?
        var side: ReportSide?
        var numbers: [SentencePattern.Field: Int] = [:]
    }

    private let templates: ReportTemplates
    private let text: [UInt8]
    private var claims: Set<ReportClaim> = []

    private init(_ text: [UInt8], _ templates: ReportTemplates) {
        self.text = text
        self.templates = templates
    }

    /// All that a text can be read as: none of a text that is no sentence of the language.
    static func claims(_ text: [UInt8], _ templates: ReportTemplates) -> Set<ReportClaim> {
        var reading = SentenceReading(text, templates)
        for form in SentenceForm.allCases {
            guard let pattern = templates.patterns[form] else { continue }
            reading.read(pattern.parts[...], at: 0, Held(), form)
        }
        return reading.claims
    }

    private mutating func read(
        _ parts: ArraySlice<SentencePattern.Part>, at place: Int, _ held: Held,
        _ form: SentenceForm
    ) {
        guard let part = parts.first else {
            // What is written from the claim must be the same text, to the byte.
            if place == text.count, let claim = claim(form, held),
                templates.bytes(of: claim) == text
            {
                claims.insert(claim)
            }
            return
        }
        let rest = parts.dropFirst()
        switch part {
        case .text(let bytes):
            if stands(bytes, at: place) { read(rest, at: place + bytes.count, held, form) }
        case .field(let field):
            for (next, held) in values(of: field, at: place, held) {
                read(rest, at: next, held, form)
            }
        }
    }

    private func stands(_ bytes: [UInt8], at place: Int) -> Bool {
        guard text.count - place >= bytes.count else { return false }
        for offset in bytes.indices where text[place + offset] != bytes[offset] { return false }
        return true
    }

    /// Every value that a field can have here, and where the text goes on behind it.
    private func values(
        of field: SentencePattern.Field, at place: Int, _ held: Held
    ) -> [(Int, Held)] {
        var found: [(Int, Held)] = []
        func take(_ bytes: [UInt8], _ note: (inout Held) -> Void) {
            guard stands(bytes, at: place) else { return }
            var held = held
            note(&held)
            found.append((place + bytes.count, held))
        }
        switch field {
        case .name, .start, .negated:
            for name in templates.named[field] ?? [] {
                take(name.bytes) { $0.code = name.code }
            }
        case .probability:
            for (word, bytes) in templates.words { take(bytes) { $0.word = word } }
        case .side:
            take([]) { $0.side = nil }
            for (side, bytes) in templates.sides {
                take([UInt8(ascii: " ")] + bytes) { $0.side = side }
            }
        case .images, .unanswered, .asked:
            if let (number, digits) = number(at: place) {
                take(digits) { $0.numbers[field] = number }
            }
        }
        return found
    }

    /// A number of at most nine digits, so that it fits.
    private func number(at place: Int) -> (Int, [UInt8])? {
        let digits = text[place...].prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count), digits.count == 1 || digits.first != 0x30 else {
            return nil
        }
        return (digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }, Array(digits))
    }

    private func claim(_ form: SentenceForm, _ held: Held) -> ReportClaim? {
        func finding(_ statement: FindingClaim.Statement) -> ReportClaim? {
            held.code.map {
                .finding(FindingClaim(code: $0, statement: statement, side: held.side))
            }
        }
        switch form {
        case .present: return held.word.flatMap { finding(.present($0)) }
        case .presentUncalibrated: return finding(.present(nil))
        case .absent: return finding(.absent)
        case .notExcluded: return finding(.notExcluded)
        case .uncertain: return finding(.uncertain)
        case .notAssessed: return finding(.notAssessed)
        case .techniqueOne: return .technique(images: 1)
        case .techniqueMany: return held.numbers[.images].map { .technique(images: $0) }
        case .noComparison: return .noComparison
        case .nothingFlagged: return .nothingFlagged
        case .unanswered:
            guard let count = held.numbers[.unanswered], let all = held.numbers[.asked] else {
                return nil
            }
            return .unanswered(count, of: all)
        case .studyNotAssessed: return .notDrafted(.notAssessed)
        case .studyAbstained: return .notDrafted(.abstained)
        }
    }
}

extension ReportTemplates {
    /// What a text claims; nil of a text that is no sentence of the language, or more than one.
    func reading(of text: [UInt8]) -> ReportClaim? {
        let claims = SentenceReading.claims(text, self)
        return claims.count == 1 ? claims.first : nil
    }

    /// Every claim that can be made of findings, and examples of the others.
    var everyClaim: [ReportClaim] {
        let statements: [FindingClaim.Statement] =
            ProbabilityWord.allCases.map { .present($0) } + [
                .present(nil), .absent, .notExcluded, .uncertain, .notAssessed,
            ]
        let sides: [ReportSide?] = [nil] + ReportSide.allCases
        let findings = codes.flatMap { code in
            statements.flatMap { statement in
                sides.map { FindingClaim(code: code, statement: statement, side: $0) }
            }
        }
        return findings.map { .finding($0) } + [
            .technique(images: 1), .technique(images: 2), .technique(images: 123_456_789),
            .noComparison, .nothingFlagged, .unanswered(1, of: 2), .unanswered(10, of: 14),
            .notDrafted(.notAssessed), .notDrafted(.abstained),
        ]
    }
}

package import VigilCore

/// One language of drafts, from its file: words, and sentences with fields. The sentences are a
/// closed language: each is read back to exactly the claim that it was written from
/// (``reading(of:)``), which is checked for all of them when the file is read.
package struct ReportTemplates: Sendable, Hashable {
    /// The value of `schema` in a file that this version reads.
    package static let schema = "vigil.report-templates/1"
    /// The longest file, in bytes.
    package static let bytesMax = 1 << 20

    /// A finding's name in the forms that sentences need.
    struct Phrase: Sendable, Hashable {
        let forms: [SentencePattern.Field: [UInt8]]
    }

    /// What the file says of itself, and its digest.
    package let language: ReportDraft<SafeText>.Language
    let patterns: [SentenceForm: SentencePattern]
    let words: [ProbabilityWord: [UInt8]]
    let sides: [ReportSide: [UInt8]]
    let regions: [ReportRegion: String]
    /// By the codes of the triage table's rows, or by a site's own.
    let phrases: [String: Phrase]
    /// The codes in a fixed order.
    let codes: [String]
    /// Every sentence without a number, and what it claims; nil: more than one thing.
    private(set) var sentences: [[UInt8]: ReportClaim?] = [:]

    /// Looks at a language's members, and writes all sentences of it that have no number.
    init(
        _ language: ReportDraft<SafeText>.Language, patterns: [SentenceForm: SentencePattern],
        words: [ProbabilityWord: String], sides: [ReportSide: String],
        regions: [ReportRegion: String], phrases: [String: Phrase]
    ) {
        self.language = language
        self.patterns = patterns
        self.words = words.mapValues { Array($0.utf8) }
        self.sides = sides.mapValues { Array($0.utf8) }
        self.regions = regions
        self.phrases = phrases
        codes = phrases.keys.sorted()
        for claim in withoutNumbers {
            guard let text = bytes(of: claim) else { continue }
            sentences.updateValue(sentences[text] == nil ? claim : nil, forKey: text)
        }
    }

    /// Whether the language has a name for a finding.
    package func names(_ code: String) -> Bool { phrases[code] != nil }

    /// The text of a claim; nil where the language has no name for its finding. It is the
    /// operator's file and numbers: nothing of a patient is in it.
    func text(of claim: ReportClaim) -> SafeText? {
        bytes(of: claim).map {
            SafeText(operatorProvided: String(decoding: $0, as: UTF8.self))
        }
    }

    func bytes(of claim: ReportClaim) -> [UInt8]? {
        guard let pattern = patterns[claim.form] else { return nil }
        var out: [UInt8] = []
        for part in pattern.parts {
            switch part {
            case .text(let bytes): out += bytes
            case .field(let field):
                guard let bytes = bytes(of: field, in: claim) else { return nil }
                out += bytes
            }
        }
        return out
    }

    private func bytes(of field: SentencePattern.Field, in claim: ReportClaim) -> [UInt8]? {
        switch (field, claim) {
        case (.name, .finding(let claim)), (.start, .finding(let claim)),
            (.negated, .finding(let claim)):
            phrases[claim.code]?.forms[field]
        case (.side, .finding(let claim)):
            claim.side.map { [UInt8(ascii: " ")] + (sides[$0] ?? []) } ?? []
        case (.probability, .finding(let claim)):
            if case .present(let word?) = claim.statement { words[word] } else { nil }
        case (.images, .technique(let count)), (.unanswered, .unanswered(let count, _)),
            (.asked, .unanswered(_, let count)):
            Array(String(count).utf8)
        default: nil
        }
    }
}

package import VigilCore

/// What stands before the topic of drafts: of the sentences of any generator it lets those through
/// that say, by their text and by their members alike, what the finding record says. What goes out
/// is our own text of that, so that not a byte of a generator does.
package struct ReportGate: Sendable {
    /// The longest sentence, in bytes, and the most findings and sources that one names.
    package static let bytesMax = 1024
    package static let namesMax = 64

    private let templates: ReportTemplates
    private let facts: ReportFacts

    package init(_ templates: ReportTemplates, _ facts: ReportFacts) {
        self.templates = templates
        self.facts = facts
    }

    /// The sentence as it may go out.
    /// - Parameter isOffered: whether a generator of the site said it.
    /// - Throws: why it is dropped.
    package func check(
        _ offered: OfferedSentence, isOffered: Bool = false
    ) throws(SentenceRefusal) -> ReportSentence<SafeText> {
        let claim = try claim(of: offered)
        return try written(claim, try sources(of: claim), isOffered: isOffered)
    }

    /// What a sentence says that may go out.
    /// - Throws: why it is dropped.
    func claim(of offered: OfferedSentence) throws(SentenceRefusal) -> ReportClaim {
        guard (1...Self.bytesMax).contains(offered.text.utf8.count),
            offered.codes.count <= Self.namesMax, offered.sources.count <= Self.namesMax
        else { throw .outOfBounds }
        guard let claim = templates.reading(of: Array(offered.text.utf8)) else {
            throw .unreadable
        }
        try compare(offered, with: claim)
        let known = try sources(of: claim)
        guard !offered.sources.isEmpty || offered.box != nil else { throw .withoutEvidence }
        let texts = Set(known.map(\.safeText))
        guard offered.sources.allSatisfy({ texts.contains($0) }) else { throw .wrongSources }
        let fact = claim.finding.flatMap { facts.fact(of: $0.code) }
        guard offered.box == nil || offered.box == fact?.box else { throw .wrongBox }
        return claim
    }

    /// Whether the members say what the text does.
    private func compare(
        _ offered: OfferedSentence, with claim: ReportClaim
    ) throws(SentenceRefusal) {
        let code = claim.finding?.code
        if code != nil, offered.codes.isEmpty { throw .withoutFinding }
        if claim.polarity != nil, offered.polarity == nil { throw .withoutPolarity }
        guard offered.codes == [code].compactMap({ $0 }), offered.polarity == claim.polarity,
            offered.side == claim.finding?.side
        else { throw .readsOtherwise }
    }

    /// The members of the record that say a claim.
    /// - Throws: the record does not say it.
    private func sources(of claim: ReportClaim) throws(SentenceRefusal) -> [ReportSource] {
        switch claim {
        case .finding(let said):
            guard let fact = facts.fact(of: said.code), fact.claim.statement == said.statement
            else { throw .unsupported }
            guard fact.claim.side == said.side else { throw .wrongSide }
            return fact.sources
        case .technique(let images):
            guard facts.notDrafted == nil, images == facts.images else { throw .unsupported }
            return claim.members
        case .noComparison:
            // No record of this version tells of a comparison.
            guard facts.notDrafted == nil else { throw .unsupported }
            return claim.members
        case .nothingFlagged:
            guard facts.notDrafted == nil, !facts.isAnyFlagged else { throw .unsupported }
            return claim.members
        case .unanswered(let count, let all):
            guard facts.notDrafted == nil, count > 0, count == facts.unanswered,
                all == facts.findings.count
            else { throw .unsupported }
            return claim.members
        case .notDrafted(let why):
            guard facts.notDrafted == why else { throw .unsupported }
            return claim.members
        }
    }

    private func written(
        _ claim: ReportClaim, _ sources: [ReportSource], isOffered: Bool
    ) throws(SentenceRefusal) -> ReportSentence<SafeText> {
        let fact = claim.finding.flatMap { facts.fact(of: $0.code) }
        guard let text = templates.text(of: claim) else { throw .unreadable }
        return ReportSentence(
            text: text, codes: [claim.finding?.code].compactMap { $0 }, polarity: claim.polarity,
            word: claim.finding?.statement.word, side: claim.finding?.side, box: fact?.box,
            calibration: fact?.calibration, sources: sources.map { SafeText("\($0)") },
            isOffered: isOffered)
    }
}

extension SentenceRefusal: Error {}

internal import VigilCore

/// Puts the sentences of a draft together. Each passes the gate, ours as those of others do.
struct Composer {
    private typealias Sentence = ReportSentence<SafeText>

    private let templates: ReportTemplates
    private let facts: ReportFacts
    private let gate: ReportGate
    /// What a generator would say; nil: all there is.
    private let said: OfferedClaims?
    private let offered: Set<ReportClaim>

    init(
        _ templates: ReportTemplates, _ facts: ReportFacts, _ gate: ReportGate,
        _ said: OfferedClaims?
    ) {
        self.templates = templates
        self.facts = facts
        self.gate = gate
        self.said = said
        offered = Set(said?.claims ?? [])
    }

    func body() throws(ReportError) -> ReportDraft<SafeText>.Body {
        var body = ReportDraft<SafeText>.Body()
        body.technique = [try sentence(.technique(images: facts.images))]
        body.comparison = [try sentence(.noComparison)]
        var told: [(fact: ReportFacts.Fact, sentence: Sentence)] = []
        for fact in self.told() { told.append((fact, try sentence(fact))) }
        for region in ReportRegion.allCases {
            let sentences = told.filter { $0.fact.region == region }.map(\.sentence)
            guard !sentences.isEmpty else { continue }
            body.findings.append(
                .init(
                    region: region,
                    title: SafeText(operatorProvided: templates.regions[region] ?? ""),
                    sentences: sentences))
        }
        body.impression = try impression(of: told.filter(\.fact.isFlagged))
        return body
    }

    /// The findings that are told of, in their order: all in the record's, or those that a
    /// generator chose in its own, and before them what is flagged and it left out.
    private func told() -> [ReportFacts.Fact] {
        guard let said else { return facts.findings }
        let flagged = facts.findings.filter {
            $0.isFlagged && !offered.contains(.finding($0.claim))
        }
        return flagged + said.claims.compactMap { $0.finding.flatMap { facts.fact(of: $0.code) } }
    }

    /// What is flagged, most urgent first and in the record's order, and of how many findings
    /// nothing is said.
    private func impression(
        of flagged: [(fact: ReportFacts.Fact, sentence: Sentence)]
    ) throws(ReportError) -> [Sentence] {
        var sentences: [Sentence] = []
        for priority in Priority.allCases.sorted() {
            for fact in facts.findings where fact.priority == priority && fact.isFlagged {
                sentences += flagged.filter { $0.fact.claim.code == fact.claim.code }
                    .map(\.sentence)
            }
        }
        if sentences.isEmpty {
            sentences.append(try sentence(.nothingFlagged))
        }
        if facts.unanswered > 0 {
            sentences.append(
                try sentence(.unanswered(facts.unanswered, of: facts.findings.count)))
        }
        return sentences
    }

    private func sentence(_ fact: ReportFacts.Fact) throws(ReportError) -> Sentence {
        try Self.sentence(
            .finding(fact.claim), templates, gate, box: fact.box, fact.sources,
            isOffered: offered.contains(.finding(fact.claim)))
    }

    private func sentence(_ claim: ReportClaim) throws(ReportError) -> Sentence {
        try Self.sentence(
            claim, templates, gate, claim.members, isOffered: offered.contains(claim))
    }

    /// A sentence of our own.
    static func sentence(
        _ claim: ReportClaim, _ templates: ReportTemplates, _ gate: ReportGate,
        box: EvidenceBox? = nil, _ sources: [ReportSource], isOffered: Bool = false
    ) throws(ReportError) -> ReportSentence<SafeText> {
        let own = OfferedSentence(
            claim, text: templates.text(of: claim)?.text ?? "", box: box, sources: sources)
        do throws(SentenceRefusal) {
            return try gate.check(own, isOffered: isOffered)
        } catch {
            throw .ownSentence(error)
        }
    }
}

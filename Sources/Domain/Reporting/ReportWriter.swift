package import VigilCore

/// Writes drafts by a language's templates. Pure: the same record and file give the same draft.
package struct ReportWriter: Sendable {
    private let templates: ReportTemplates

    package init(_ templates: ReportTemplates) {
        self.templates = templates
    }

    /// Of the language's file.
    package var digest: Digest { templates.language.digest }

    /// Refuses a language that has no name for some of the findings that are asked for.
    /// - Parameter codes: as the model has them.
    package func check(asked codes: [String]) throws(ReportError) {
        let known = ReportFacts.codes(codes).filter { !templates.names($0) }
        guard known.isEmpty else {
            throw .phraseMissing(codes: TemplateFileReader.given(known.joined(separator: ", ")))
        }
    }

    /// The draft of a record.
    ///
    /// - Parameter record: the record's digest.
    /// - Throws: the language has no name for a finding, so that the draft would hide it.
    package func draft(
        of finding: Finding, record: Digest, locations: [String: ReportFacts.Location] = [:]
    ) throws(ReportError) -> ReportDraft<SafeText> {
        let facts = ReportFacts(finding, locations: locations)
        let subject = ReportDraft<SafeText>.Subject(
            findingID: finding.findingID, record: record, study: finding.pseudonym,
            keyID: finding.subject.keyID)
        let gate = ReportGate(templates, facts)
        if let why = facts.notDrafted {
            return ReportDraft(
                subject, templates.language, notice: try sentence(.notDrafted(why), gate))
        }
        try check(asked: facts.findings.map(\.claim.code))
        return ReportDraft(subject, templates.language, body: try body(facts, gate))
    }

    private func body(
        _ facts: ReportFacts, _ gate: ReportGate
    ) throws(ReportError) -> ReportDraft<SafeText>.Body {
        var body = ReportDraft<SafeText>.Body()
        body.technique = [try sentence(.technique(images: facts.images), gate)]
        body.comparison = [try sentence(.noComparison, gate)]
        for region in ReportRegion.allCases {
            var sentences: [ReportSentence<SafeText>] = []
            for fact in facts.findings where fact.region == region {
                sentences.append(try sentence(fact, gate))
            }
            guard !sentences.isEmpty else { continue }
            body.findings.append(
                .init(
                    region: region,
                    title: SafeText(operatorProvided: templates.regions[region] ?? ""),
                    sentences: sentences))
        }
        body.impression = try impression(facts, gate)
        return body
    }

    /// What is flagged, most urgent first, and of how many findings nothing is said.
    private func impression(
        _ facts: ReportFacts, _ gate: ReportGate
    ) throws(ReportError) -> [ReportSentence<SafeText>] {
        var sentences: [ReportSentence<SafeText>] = []
        for priority in Priority.allCases.sorted() {
            for fact in facts.findings
            where fact.priority == priority && fact.claim.statement.polarity == .present {
                sentences.append(try sentence(fact, gate))
            }
        }
        if sentences.isEmpty {
            sentences.append(try sentence(.nothingFlagged, gate))
        }
        if facts.unanswered > 0 {
            let claim = ReportClaim.unanswered(facts.unanswered, of: facts.findings.count)
            sentences.append(try sentence(claim, gate))
        }
        return sentences
    }

    private func sentence(
        _ fact: ReportFacts.Fact, _ gate: ReportGate
    ) throws(ReportError) -> ReportSentence<SafeText> {
        try sentence(.finding(fact.claim), gate, box: fact.box, fact.sources)
    }

    private func sentence(
        _ claim: ReportClaim, _ gate: ReportGate
    ) throws(ReportError) -> ReportSentence<SafeText> {
        try sentence(claim, gate, box: nil, claim.members)
    }

    /// Our own sentences pass the gate as those of others do.
    private func sentence(
        _ claim: ReportClaim, _ gate: ReportGate, box: EvidenceBox?, _ sources: [ReportSource]
    ) throws(ReportError) -> ReportSentence<SafeText> {
        do throws(SentenceRefusal) {
            return try gate.check(
                OfferedSentence(
                    claim, text: templates.text(of: claim)?.text ?? "", box: box,
                    sources: sources))
        } catch {
            throw .ownSentence(error)
        }
    }
}

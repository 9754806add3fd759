package import VigilCore

/// Writes drafts by a language's templates. Pure: the same record and file give the same draft.
package struct ReportWriter: Sendable {
    private let templates: ReportTemplates

    package init(_ templates: ReportTemplates) {
        self.templates = templates
    }

    /// Refuses a language that has no name for some of the findings that are asked for.
    /// - Parameter codes: as the model has them.
    package func check(asked codes: [String]) throws(ReportError) {
        let known = ReportFacts.codes(codes).filter { !templates.names($0) }
        guard known.isEmpty else {
            throw .phraseMissing(codes: TemplateFileReader.given(known.joined(separator: ", ")))
        }
    }

    /// What a generator is asked about a record; nil of one that nothing can be drafted of.
    package func request(
        of finding: Finding, locations: [String: ReportFacts.Location] = [:]
    ) -> GeneratorRequest? {
        GeneratorRequest(ReportFacts(finding, locations: locations), templates)
    }

    /// The draft of a record.
    ///
    /// - Parameters:
    ///   - record: the record's digest.
    ///   - offered: what a generator would say; nil: the templates say all there is. What is
    ///     flagged is said in either case, and so is of how many findings nothing is said: a
    ///     generator chooses what stands beside it, and in which order.
    /// - Throws: the language has no name for a finding, so that the draft would hide it.
    package func draft(
        of finding: Finding, record: Digest, locations: [String: ReportFacts.Location] = [:],
        offered: GeneratorSentences? = nil
    ) throws(ReportError) -> ReportDraft<SafeText> {
        let facts = ReportFacts(finding, locations: locations)
        let subject = ReportDraft<SafeText>.Subject(
            findingID: finding.findingID, record: record, study: finding.pseudonym,
            keyID: finding.subject.keyID)
        let gate = ReportGate(templates, facts)
        if let why = facts.notDrafted {
            let claim = ReportClaim.notDrafted(why)
            return ReportDraft(
                subject, templates.language,
                notice: try Composer.sentence(claim, templates, gate, claim.members))
        }
        try check(asked: facts.findings.map(\.claim.code))
        let said = offered.map { OfferedClaims($0, gate) }
        return ReportDraft(
            subject, templates.language, body: try Composer(templates, facts, gate, said).body(),
            generator: said?.generator, dropped: said?.dropped ?? [:])
    }
}

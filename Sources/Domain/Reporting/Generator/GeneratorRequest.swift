internal import VigilCore

/// What a generator is told of one study: what the finding says, in words of our own. Nothing of a
/// patient is in it, no name of the study and no word of a sender.
package struct GeneratorRequest: Sendable {
    /// The value of `schema` in a line.
    package static let schema = "vigil.report-request/1"

    private let facts: ReportFacts
    private let templates: ReportTemplates

    /// Nil of a study of which nothing can be drafted.
    package init?(_ facts: ReportFacts, _ templates: ReportTemplates) {
        guard facts.notDrafted == nil else { return nil }
        self.facts = facts
        self.templates = templates
    }

    /// The line, with its end.
    ///
    /// - Parameter study: what to call the study; it means nothing.
    package func line(study: String) -> [UInt8] {
        let json: JSONValue = [
            "schema": .string(Self.schema), "study": .string(study),
            "language": .string(templates.language.tag),
            "images": .integer(Int64(facts.images)),
            "findings": .array(facts.findings.map(json)),
        ]
        return JSONWriter.bytes(json) + [UInt8(ascii: "\n")]
    }

    private func json(_ fact: ReportFacts.Fact) -> JSONValue {
        var object = JSONObject()
        func set(_ name: String, _ text: String?) {
            if let text { object[name] = .string(text) }
        }
        let claim = fact.claim
        set("code", claim.code)
        set("region", fact.region.rawValue)
        set("priority", fact.priority.rawValue)
        set("says", ReportClaim.finding(claim).form.rawValue)
        set("polarity", claim.statement.polarity.rawValue)
        set("probability_word", claim.statement.word?.rawValue)
        if let probability = fact.calibration?.probability {
            object["calibrated_probability"] = .number(probability)
        }
        set("side", claim.side?.rawValue)
        object["sources"] = .array(fact.sources.map { .string($0.safeText) })
        set("text", templates.text(of: .finding(claim))?.text)
        return .object(object)
    }
}

import Commands
import VigilCore
import Wire

/// What a recall has found, as text and as JSON with a line a finding. Studies go by their
/// pseudonyms.
struct RecallListing {
    private let standing: StandingFindings

    init(_ standing: StandingFindings) { self.standing = standing }

    func show(isJSON: Bool) {
        let found = standing.found
        if isJSON {
            for finding in found { Terminal.line(JSONWriter.text(json(finding))) }
        } else if !found.isEmpty {
            Terminal.out(table(found))
        }
        Terminal.error(
            "vigil: \(found.count) of \(standing.studies) studies fit; \(standing.records) records "
                + "were read")
        for place in standing.unreadable {
            Terminal.error(
                "vigil: \(place.topic)/\(place.partition)/\(place.offset) cannot be read")
        }
    }

    /// Tells what was sent.
    static func show(_ sent: RecallPublishing.Sent) {
        Terminal.error(
            "vigil: \(sent.events) recalls were sent; what still stands is listed and sent by the "
                + "same command again")
        guard sent.leftOut > 0 else { return }
        Terminal.error(
            "vigil: \(sent.leftOut) were said by the last release alone, and cannot be recalled: "
                + "send their studies again")
    }

    private func table(_ found: [StandingFindings.Found]) -> String {
        var table = TextTable([
            .init("finding"), .init("study"), .init("decided"),
            .init("revision", isNumber: true),
        ])
        for finding in found {
            table.add([
                finding.finding.description, finding.pseudonym.safeText,
                finding.decided?.description ?? "?", "\(finding.revision)",
            ])
        }
        return table.text
    }

    private func json(_ found: StandingFindings.Found) -> JSONValue {
        var object = JSONObject()
        object["finding_id"] = .string(found.finding.description)
        object["study"] = .string(found.pseudonym.safeText)
        object["record_digest"] = .string(found.digest.hex)
        object["decided_at"] = found.decided.map { .string($0.description) }
        object["effective_priority"] = .string(found.priority.rawValue)
        object["revision"] = .integer(Int64(found.revision))
        object["topic"] = .string(found.position.topic)
        object["partition"] = .integer(Int64(found.position.partition))
        object["offset"] = .integer(found.position.offset)
        return .object(object)
    }
}

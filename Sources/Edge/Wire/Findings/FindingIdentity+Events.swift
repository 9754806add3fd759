package import VigilCore

/// The `ce_id`s of the events that carry findings, evidence, drafts and energy.
extension FindingIdentity {
    /// The `ce_id` of a finding event: the finding and what caused it, so that two events about one
    /// study give two ids and a replay of one gives the same. One that follows on what became known
    /// of the patient has the cause of the finding before, and an id of its own.
    package static func findingEvent(of record: Finding) -> UUIDv5 {
        event("finding-event", of: record)
    }

    /// The `ce_id` of a tombstone of version 1: the study and the event that withdrew it.
    package static func retraction(_ study: Pseudonym, cause: EventIdentity) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil, fields: ["retraction", study.safeText, cause.source, cause.id])
    }

    /// The `ce_id` of a study's energy event.
    package static func energyEvent(_ finding: UUIDv5, cause: EventIdentity) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: ["energy-event", finding.description, cause.source, cause.id])
    }

    /// The `ce_id` of a finding's maps of evidence.
    package static func evidenceEvent(_ finding: UUIDv5, cause: EventIdentity) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: ["evidence-event", finding.description, cause.source, cause.id])
    }

    /// The `ce_id` of a draft report on a finding.
    package static func reportEvent(of record: Finding) -> UUIDv5 {
        event("report-event", of: record)
    }

    private static func event(_ kind: String, of record: Finding) -> UUIDv5 {
        let late = record.revision.flatMap { $0.closing == .context ? String($0.number) : nil }
        return UUIDv5(
            namespace: .vigil,
            fields: [kind, record.findingID.description, record.cause.source, record.cause.id]
                + [late].compactMap { $0 })
    }

    /// The `ce_id` of an interval's energy event.
    package static func intervalEvent(worker: String, from: Timestamp, to: Timestamp) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: [
                "energy-interval", worker, String(from.microseconds), String(to.microseconds),
            ])
    }
}

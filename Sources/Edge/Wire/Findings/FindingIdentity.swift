package import VigilCore

/// The deterministic names of findings and of the events that carry them. They are made from
/// pseudonyms, so that they may stand in logs.
package enum FindingIdentity {
    /// The same study, images and software give the same finding, however often it is computed.
    ///
    /// - Parameter series: the pseudonyms of the series, or the pixel digest of an image that has
    ///   no series, in any order, repeats allowed; none for a study that came in parts, so that a
    ///   late series gives the same finding.
    /// - Parameter adapters: digests of the model's adapters, in any order.
    package static func finding(
        study: Pseudonym, series: [some SafeToLog], model: Digest, preprocessing: Digest,
        prompts: Digest?, adapters: [Digest] = []
    ) -> UUIDv5 {
        let names = Set(series.map(\.safeText)).sorted()
        return UUIDv5(
            namespace: .vigil,
            fields: ["finding", study.safeText, String(names.count)] + names + [
                model.hex, preprocessing.hex, prompts?.hex ?? "",
            ] + Set(adapters.map(\.hex)).sorted())
    }

    /// The finding of a study of which no model was ever asked.
    package static func notAssessed(_ study: Pseudonym) -> UUIDv5 {
        UUIDv5(namespace: .vigil, fields: ["not-assessed", study.safeText])
    }

    /// The `ce_id` of a finding event: the finding and what caused it, so that two events about one
    /// study give two ids and a replay of one gives the same.
    package static func findingEvent(_ finding: UUIDv5, cause: EventIdentity) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: ["finding-event", finding.description, cause.source, cause.id])
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

    /// The `ce_id` of an interval's energy event.
    package static func intervalEvent(worker: String, from: Timestamp, to: Timestamp) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: [
                "energy-interval", worker, String(from.microseconds), String(to.microseconds),
            ])
    }
}

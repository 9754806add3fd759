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
}

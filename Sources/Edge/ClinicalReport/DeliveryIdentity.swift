package import VigilCore

/// Names of what is delivered, made from the finding's, so that who gets one twice knows it.
package enum DeliveryIdentity {
    /// Of one record of a finding: every attempt at every counterpart has this one.
    package static func delivery(of finding: Finding) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: [
                "delivery", finding.findingID.description, finding.cause.source, finding.cause.id,
                String(finding.revision?.number ?? 0),
            ])
    }

    /// Of a record without a value, by the study that it empties and where it stands.
    package static func delivery(emptying study: Pseudonym, at position: RecordPosition) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: [
                "delivery-empty", study.safeText, position.topic, String(position.partition),
                String(position.offset),
            ])
    }

    /// Of one result, the same in every revision of the finding.
    package static func result(_ result: Finding.Result, of finding: UUIDv5) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: ["result", finding.description, result.head ?? "", result.code])
    }

    /// Of what is said of the study as a whole.
    package static func triage(of finding: UUIDv5) -> UUIDv5 {
        UUIDv5(namespace: .vigil, fields: ["triage", finding.description])
    }

    /// Of a model.
    package static func model(_ model: Finding.Model) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: ["model", model.digest.hex] + model.adapters.map(\.digest.hex).sorted())
    }
}

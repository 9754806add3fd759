internal import HL7
internal import StudyHeaders
internal import VigilCore
internal import Wire

/// Makes records of what a message says: results for the topic of context, raised orders for the
/// first topic of study events. The same message gives the same ids.
struct MessageRecords {
    let settings: MessageSettings
    let topics: GatewaySettings.Topics
    let pseudonymKey: [UInt8]
    /// Partitions of the topic of context.
    let partitions: Int

    /// - Returns: the records, and what became of each part.
    func make(
        _ content: HL7Content, of envelope: HL7Envelope, time: Timestamp
    ) -> (records: [OutboundRecord], parts: [HL7Part: Int]) {
        var records: [OutboundRecord] = []
        var parts = content.left
        for result in content.results {
            let record = record(result, of: envelope, time: time)
            if let record { records.append(record) }
            parts[record == nil ? .noTime : result.part, default: 0] += 1
        }
        for raise in content.raises {
            let raise = PriorityRaise(study: raise.study, priority: raise.priority)
            records.append(
                raise.record(
                    topic: topics.studies[0],
                    id: Self.id(
                        envelope,
                        ["hl7-order", raise.study.sensitiveValue, raise.priority.rawValue]
                    ), source: WireNames.gatewaySource, time: time))
            parts[.raised, default: 0] += 1
        }
        return (records, parts)
    }

    private func record(
        _ result: HL7Result, of envelope: HL7Envelope, time: Timestamp
    ) -> OutboundRecord? {
        guard let patient = Pseudonym(ofPatient: result.patient.disclosed, key: pseudonymKey),
            let effective = moment(result.effective, envelope)
        else { return nil }
        // Numbers of orders name a patient to whoever has the hospital's systems.
        let named = ["observation", patient.safeText] + result.identity
        let id = Digest.hmac(key: pseudonymKey, message: Array(named.joined(separator: "\0").utf8))
        let statement = ContextStatement(
            kind: .observation, id: String(id.hex.prefix(32)), codings: result.codings,
            quantity: result.quantity, effective: effective,
            issued: envelope.time.flatMap { moment($0, envelope) }, status: result.status)
        return statement.record(
            of: patient, effective: effective, topic: topics.context,
            event: Self.id(envelope, ["hl7-result", statement.id, "\(statement.hashedText)"]),
            source: WireNames.gatewaySource, partitions: partitions, time: time)
    }

    /// By its own zone, the message's, or the site's.
    private func moment(_ time: HL7Time, _ envelope: HL7Envelope) -> Timestamp? {
        if let offset = time.offset ?? envelope.time?.offset { return time.moment(offset: offset) }
        return settings.zone?.moment(time)
    }

    private static func id(_ envelope: HL7Envelope, _ fields: [String]) -> UUIDv5 {
        UUIDv5(namespace: .vigil, fields: envelope.sender + [envelope.controlID] + fields)
    }
}

extension ContextStatement {
    /// What is said of it, so that a sender that counts its messages anew each day gives no two
    /// statements one id.
    fileprivate var hashedText: String {
        let value = quantity.map { "\($0.value) \($0.unit)" } ?? ""
        return "\(status.rawValue) \(value) \(effective?.microseconds ?? 0)"
    }
}

import KafkaTransport
import VigilCore
import Wire
import WorkerCore

extension TopicPartition {
    /// As a trace has it.
    var told: String { "\(topic)/\(partition)" }
}

extension RecordPosition {
    /// As a trace has it.
    var told: String { "\(topic)/\(partition)@\(offset)" }
}

extension ConsumerEvent {
    /// As a trace has it.
    var told: String {
        switch self {
        case .record(let record): record.position.told
        case .assigned(let places): "assigned \(places.map(\.told))"
        case .revoked(let places): "revoked \(places.map(\.told))"
        case .lost(let places): "lost \(places.map(\.told))"
        case .endOfPartition(let place, let offset): "end \(place.told)@\(offset)"
        case .failed(let error): "failed \(error.what)"
        }
    }
}

extension OutboundRecord {
    /// As a trace has it: what it answers.
    var told: String {
        let record = InboundRecord(
            position: RecordPosition(topic: topic, partition: partition ?? 0, offset: 0), key: key,
            value: value, headers: headers, timestamp: nil)
        if let finding = try? FindingDecoder.decode(record) {
            let answers = finding.revision?.answers.map(\.position.told) ?? []
            let parts = finding.revision?.parts.map(\.told) ?? []
            return "finding \(finding.pseudonym) revision \(finding.revision?.number ?? 0) "
                + "for \(answers) of \(parts), run \(finding.run.position?.told ?? "none")"
        }
        if let letter = try? DeadLetterDecoder.decode(record) {
            return "letter of \(letter.origin.told) to \(topic)"
        }
        return "\(topic)/\(partition ?? -1) \(headers.map { "\($0)" })".prefix(300).description
    }
}

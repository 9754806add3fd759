package import VigilCore

/// Makes energy records: CloudEvents 1.0 events in binary mode. A study's key is its pseudonym, an
/// interval's the worker's slot.
package struct EnergyEncoder: Sendable {
    private let topic: String
    private let source: String

    package init(
        topic: String = WireNames.energyTopic, source: String = WireNames.workerSource
    ) {
        self.topic = topic
        self.source = source
    }

    /// The record for Kafka. Pure: the same arguments give the same bytes.
    ///
    /// - Parameter time: when the record is published, for `ce_time`.
    package func encode(_ record: EnergyRecord, time: Timestamp) -> OutboundRecord {
        var headers = OutboundHeaders(
            id: id(of: record), source: source, type: WireNames.energyType,
            schema: WireNames.energySchema, time: time)
        let key: String
        switch record.subject {
        case .study(let share):
            key = share.study.safeText
            headers.attribute("subject", key)
            headers.attribute("causationid", share.cause.id)
            headers.attribute("modeldigest", share.model?.hex)
            headers.trace(share.traceparent, state: share.tracestate)
        case .interval(let interval):
            key = interval.worker
            headers.attribute("subject", key)
        }
        return OutboundRecord(
            topic: topic, key: Array(key.utf8), value: JSONWriter.bytes(record.json),
            headers: headers.all)
    }

    private func id(of record: EnergyRecord) -> UUIDv5 {
        switch record.subject {
        case .study(let share):
            FindingIdentity.energyEvent(share.findingID, cause: share.cause)
        case .interval(let interval):
            FindingIdentity.intervalEvent(
                worker: interval.worker, from: interval.from, to: interval.to)
        }
    }
}

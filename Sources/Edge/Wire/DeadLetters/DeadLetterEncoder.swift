package import VigilCore

/// Makes the dead letter of a record that the worker gives up: the original key and value byte for
/// byte and the original headers first and unchanged, followed by where, why and how often it
/// failed.
///
/// An original of more than ``originalBytesMax`` is not copied: a batch of a megabyte can unpack to
/// far more, which no topic takes, and a letter that cannot be written would stop its partition for
/// good. Its letter says how large it is and its digest; the original stays in its topic.
package struct DeadLetterEncoder: Sendable {
    /// The largest original that a letter holds: key, value and headers, in bytes. It leaves the
    /// dead-letter topic's bound room for the headers of many replays.
    package static let originalBytesMax = 4 << 20
    /// The longest key that is kept without the rest.
    private static let keyBytesMax = 1 << 10

    private let topic: String?
    private let group: String
    private let instance: String

    /// - Parameters:
    ///   - topic: where dead letters go; nil for `<input>.dlq`, see ``topic(for:)``.
    ///   - group: the consumer group.
    ///   - instance: the worker's slot (`--instance`).
    package init(topic: String? = nil, group: String, instance: String) {
        self.topic = topic
        self.group = group
        self.instance = instance
    }

    /// The dead-letter topic of an input topic: `<input>.dlq`. A retry topic `<input>.retry.<n>`
    /// shares its input's, and a dead-letter topic that is read again is its own.
    package static func topic(for input: String) -> String {
        if input.hasSuffix(".dlq") { return input }
        let parts = input.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 2, parts[parts.count - 2] == "retry", Int(parts[parts.count - 1]) != nil {
            return parts.dropLast(2).joined(separator: ".") + ".dlq"
        }
        return input + ".dlq"
    }

    /// The dead letter. Pure: the same arguments give the same bytes.
    ///
    /// A record that is itself a replayed dead letter has the headers of its earlier failures
    /// folded (``DeadLetterRounds``); its attempts go on counting and its first failure stays.
    ///
    /// - Parameters:
    ///   - attempts: how often this worker tried, at least 1.
    ///   - firstFailure: when the first of these attempts failed; nil for `time`.
    ///   - time: when the last one failed.
    package func encode(
        _ record: InboundRecord, stage: Stage, error: any VigilError, attempts: Int,
        firstFailure: Timestamp? = nil, at time: Timestamp
    ) -> OutboundRecord {
        let earlier = record.headers.text(.attempt).flatMap { Int($0) }.map { max(0, $0) } ?? 0
        let (sum, overflow) = max(1, attempts).addingReportingOverflow(earlier)
        let first = record.headers.text(.firstFailure).flatMap { Timestamp(rfc3339: $0) }
        let failure = Failure(
            stage: stage, code: error.code, message: "\(error.what). \(error.remedy)",
            attempts: overflow ? Int.max : sum, first: first ?? firstFailure ?? time, last: time)
        let target = topic ?? Self.topic(for: record.position.topic)
        let said = headers(record, failure)
        guard record.byteCount > Self.originalBytesMax else {
            return OutboundRecord(
                topic: target, key: record.key, value: record.value,
                headers: DeadLetterRounds(record.headers).foldedWhole + said)
        }
        return OutboundRecord(
            topic: target, key: record.key.flatMap { $0.count > Self.keyBytesMax ? nil : $0 },
            value: nil, headers: said + Self.omission(of: record))
    }

    private static func omission(of record: InboundRecord) -> [RecordHeader] {
        [
            RecordHeader(DeadLetterHeader.omittedBytes.rawValue, String(record.byteCount)),
            RecordHeader(
                DeadLetterHeader.omittedDigest.rawValue, Digest(of: record.value ?? []).hex),
        ]
    }

    private struct Failure {
        let stage: Stage
        let code: SafeText
        let message: SafeText
        let attempts: Int
        let first: Timestamp
        let last: Timestamp
    }

    private func headers(_ record: InboundRecord, _ failure: Failure) -> [RecordHeader] {
        var headers: [RecordHeader] = []
        func add(_ name: DeadLetterHeader, _ text: String) {
            headers.append(RecordHeader(name.rawValue, text))
        }
        func add(_ name: DeadLetterHeader, bytesOf value: some FixedWidthInteger) {
            headers.append(RecordHeader(name.rawValue, value.bigEndianBytes))
        }
        let position = record.position
        let exception = "org.vigil.error.\(failure.code.text)"
        add(.connectTopic, position.topic)
        add(.connectPartition, String(position.partition))
        add(.connectOffset, String(position.offset))
        add(.connectName, group)
        add(.connectTask, instance)
        add(.connectStage, failure.stage.rawValue)
        add(.connectClass, "org.vigil.stage.\(failure.stage.rawValue)")
        add(.connectException, exception)
        add(.connectMessage, failure.message.text)
        add(.springTopic, position.topic)
        add(.springPartition, bytesOf: position.partition)
        add(.springOffset, bytesOf: position.offset)
        if let timestamp = record.timestamp {
            add(.springTimestamp, bytesOf: timestamp.milliseconds)
        }
        add(.springGroup, group)
        add(.springException, exception)
        add(.springMessage, failure.message.text)
        add(.attempt, String(failure.attempts))
        add(.errorCode, failure.code.text)
        add(.stage, failure.stage.rawValue)
        add(.firstFailure, failure.first.description)
        add(.lastFailure, failure.last.description)
        return headers
    }
}

extension FixedWidthInteger {
    /// The bytes, most significant first.
    fileprivate var bigEndianBytes: [UInt8] {
        stride(from: bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: self >> $0)
        }
    }
}

extension [RecordHeader] {
    /// The text of the last header of a name, since a replayed dead letter has several.
    func text(_ name: DeadLetterHeader) -> String? {
        last { $0.name == name.rawValue }?.value.flatMap { String(validating: $0, as: UTF8.self) }
    }
}

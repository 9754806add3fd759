package import VigilCore

/// What persons have ordered for one study so far: the most urgent of all its events since a person
/// with the right last lowered it. What the topic `radiology.worklist.order.v1` holds, one record
/// under each study's pseudonym.
package struct WorklistOrder: Sendable, Hashable {
    /// The most urgent order.
    package let highest: Priority
    /// The last lowering; nil when there was none.
    package let lowering: Lowering?

    /// An order taken back to a less urgent one.
    package struct Lowering: Sendable, Hashable {
        /// How many there were, this one included; from 1.
        package let number: Int
        package let from: Priority
        package let to: Priority
        /// The source that had the right, and the word that it gave for the reason.
        package let source: String
        package let reason: String
        /// When the event was sent.
        package let at: Timestamp
        /// Where the event stood that lowered. What stands before it in its partition is older, and
        /// does not raise again.
        package let position: RecordPosition

        package init(
            number: Int, from: Priority, to: Priority, source: String, reason: String,
            at: Timestamp, position: RecordPosition
        ) {
            self.source = source
            self.at = at
            self.number = number
            self.from = from
            self.to = to
            self.reason = reason
            self.position = position
        }
    }

    package init(highest: Priority, lowering: Lowering? = nil) {
        self.highest = highest
        self.lowering = lowering
    }

    private var lowerings: Int { lowering?.number ?? 0 }

    /// One order out of two that are known of one study: that of the later lowering, else the more
    /// urgent. The same in any order.
    package func merged(with other: WorklistOrder) -> WorklistOrder {
        if lowerings != other.lowerings { return lowerings > other.lowerings ? self : other }
        return highest <= other.highest ? self : other
    }

    /// The order with one more event's.
    package func ordered(_ priority: Priority, at position: RecordPosition) -> WorklistOrder {
        if let lowered = lowering?.position, lowered.topic == position.topic,
            lowered.partition == position.partition, position.offset < lowered.offset
        {
            return self
        }
        return WorklistOrder(highest: min(highest, priority), lowering: lowering)
    }

    /// The order taken back; unchanged when it is not more urgent, or when the event that lowers is
    /// the one that did so last.
    package func lowered(
        to priority: Priority, by source: String, reason: String, at position: RecordPosition,
        time: Timestamp
    ) -> WorklistOrder {
        guard highest < priority, lowering?.position != position else { return self }
        let (number, isTooMany) = lowerings.addingReportingOverflow(1)
        guard !isTooMany else { return self }
        return WorklistOrder(
            highest: priority,
            lowering: Lowering(
                number: number, from: highest, to: priority, source: source, reason: reason,
                at: time, position: position))
    }
}

extension WorklistOrder {
    /// The members of the record's JSON, in their fixed order.
    private var members: JSONObject {
        var object = JSONObject()
        object.set("highest_order", safe: highest)
        if let lowering {
            var lowered = JSONObject()
            lowered.set("number", lowering.number)
            lowered.set("from", safe: lowering.from)
            lowered.set("to", safe: lowering.to)
            lowered.set("source", text: lowering.source)
            lowered.set("reason", text: lowering.reason)
            lowered.set("at", safe: lowering.at)
            lowered.set("position", lowering.position.json)
            object.set("lowered", .object(lowered))
        }
        return object
    }

    /// The record for Kafka: a CloudEvents event in binary mode under the study's pseudonym.
    ///
    /// - Parameter time: when it is published.
    package func record(
        of study: Pseudonym, topic: String, source: String = WireNames.workerSource,
        time: Timestamp
    ) -> OutboundRecord {
        let bytes = JSONWriter.bytes(.object(members))
        var headers = OutboundHeaders(
            id: UUIDv5(
                namespace: .vigil,
                fields: ["worklist-order", study.safeText, Digest(of: bytes).hex]),
            source: source, type: WireNames.worklistType, schema: WireNames.worklistSchema,
            time: time)
        headers.attribute("subject", study.safeText)
        headers.attribute("triagepriority", highest.rawValue)
        return OutboundRecord(
            topic: topic, key: Array(study.safeText.utf8), value: bytes, headers: headers.all)
    }

    /// Reads a record of the topic back; nil when it says nothing that can be believed.
    package static func read(_ record: InboundRecord) -> (study: Pseudonym, WorklistOrder)? {
        let limits = JSONLimits(bytes: 8192, depth: 4, values: 64)
        guard let key = record.key, key.count == 32,
            let study = Pseudonym(hex: String(decoding: key, as: UTF8.self)),
            let value = record.value,
            let json = try? JSONParser.parse(value, limits: limits),
            let order = try? WorklistOrder(json: json)
        else { return nil }
        return (study, order)
    }

    /// Reads the members; unknown ones are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "order")
        highest = try reader.required("highest_order", Member.priority)
        lowering = try reader.member("lowered") { (reader) throws(WireError) in
            Lowering(
                number: try reader.required("number") {
                    Member.count($0).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
                },
                from: try reader.required("from", Member.priority),
                to: try reader.required("to", Member.priority),
                source: try reader.required("source", Member.string),
                reason: try reader.required("reason") {
                    $0.stringValue.flatMap { StudyOrder.isReason($0) ? $0 : nil }
                },
                at: try reader.required("at", Member.time),
                position: try RecordPosition(reader: try reader.requiredMember("position")))
        }
    }
}

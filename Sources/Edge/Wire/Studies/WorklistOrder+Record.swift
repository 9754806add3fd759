package import VigilCore

/// A study's order as `radiology.worklist.order.v1` holds it, under the study's pseudonym.
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
        let highest = try reader.required("highest_order", Member.priority)
        let lowering = try reader.member("lowered") { (reader) throws(WireError) in
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
        self.init(highest: highest, lowering: lowering)
    }
}

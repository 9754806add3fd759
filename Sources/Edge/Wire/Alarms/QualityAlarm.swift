package import VigilCore

/// That what records of findings tell has changed, as it is published once of a stream.
package struct QualityAlarm: Sendable, Hashable {
    /// Which stream: one quantity of one kind of study.
    package struct Stream: Sendable, Hashable {
        /// Such as `site=north,view=PA,modality=DX,model=m@00112233`; empty: all studies.
        package let group: String
        /// A word in snake case, such as `score`.
        package let quantity: String
        /// The finding's code; nil: of the study.
        package let code: String?

        package init(group: String, quantity: String, code: String?) {
            self.group = group
            self.quantity = quantity
            self.code = code
        }
    }

    /// What was found.
    package struct Evidence: Sendable, Hashable {
        /// The e-value, and what it had to reach; at least 0.
        package let value: Double
        package let bound: Double
        /// The share of false alarms among alarms at most, 0...1.
        package let level: Double
        /// Studies of the stream until then, at least 1.
        package let studies: Int

        package init(value: Double, bound: Double, level: Double, studies: Int) {
            self.value = value
            self.bound = bound
            self.level = level
            self.studies = studies
        }
    }

    /// What has changed.
    package let stream: Stream
    /// How sure it is.
    package let evidence: Evidence
    /// Since when it is so; a guess.
    package let since: Timestamp
    /// The newest study's time when it was found.
    package let at: Timestamp
    /// The calibrations that answered last, of which it may be that they no longer hold.
    package let calibrations: [Digest]

    package init(
        stream: Stream, evidence: Evidence, since: Timestamp, at: Timestamp, calibrations: [Digest]
    ) {
        self.stream = stream
        self.evidence = evidence
        self.since = since
        self.at = at
        self.calibrations = calibrations
    }
}

extension QualityAlarm {
    /// The `ce_id`: the same for each alarm of one stream, whoever finds it and however often.
    package static func id(of stream: Stream) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: ["quality-alarm", stream.group, stream.quantity, stream.code ?? ""])
    }

    /// The record for Kafka, keyed by its id, so that a compacted topic keeps each alarm.
    package func outbound(topic: String) -> OutboundRecord {
        let id = Self.id(of: stream)
        var headers = OutboundHeaders(
            id: id, source: WireNames.qualitySource, type: WireNames.alarmType,
            schema: WireNames.alarmSchema, time: at)
        headers.attribute("dataclassification", "internal")
        return OutboundRecord(
            topic: topic, key: Array(id.safeText.utf8), value: JSONWriter.bytes(json),
            headers: headers.all)
    }

    private var json: JSONValue {
        var object = JSONObject()
        object.set("kind", text: "drift")
        object.set("group", text: stream.group.isEmpty ? nil : stream.group)
        object.set("quantity", text: stream.quantity)
        object.set("finding", text: stream.code)
        object.set("e_value", evidence.value)
        object.set("bound", evidence.bound)
        object.set("level", evidence.level)
        object.set("studies", evidence.studies)
        object.set("since", safe: since)
        object.set("at", safe: at)
        object.set("calibrations", .array(calibrations.map { .string($0.hex) }))
        return .object(object)
    }
}

package import VigilCore

extension QualityAlarm {
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

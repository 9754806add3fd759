package import VigilCore

/// Reads alarms. Whoever may write to the topic can have written them.
package enum AlarmDecoder {
    /// A record has about 600 bytes, and 64 for each calibration.
    private static let limits = JSONLimits(bytes: 1 << 18, depth: 8, values: 4096)
    /// Nothing that names a stream is longer, in bytes.
    private static let textMax = 512

    /// The alarm of a record. Of its headers the version alone counts.
    package static func decode(_ record: InboundRecord) throws(WireError) -> QualityAlarm {
        try RecordReading.checkMajor(of: record.headers, in: 1...1)
        let reader = try MemberReader(
            try RecordReading.json(record.value, within: limits), "record")
        guard try reader.required("kind", Member.string) == "drift" else {
            throw .badRecord("kind is not known")
        }
        let stream = QualityAlarm.Stream(
            group: try reader.optional("group", name) ?? "",
            quantity: try reader.required("quantity", name),
            code: try reader.optional("finding", name))
        guard record.key == Array(QualityAlarm.id(of: stream).safeText.utf8) else {
            throw .badRecord("the key is not the stream's")
        }
        return QualityAlarm(
            stream: stream, evidence: try evidence(reader),
            since: try reader.required("since", Member.time),
            at: try reader.required("at", Member.time),
            calibrations: try reader.required("calibrations") { value in
                let digests = value.arrayValue?.compactMap(Member.digest)
                return digests?.count == value.arrayValue?.count ? digests : nil
            })
    }

    private static func evidence(_ reader: MemberReader) throws(WireError) -> QualityAlarm.Evidence
    {
        QualityAlarm.Evidence(
            value: try reader.required("e_value", size),
            bound: try reader.required("bound", size),
            level: try reader.required("level") { value in
                value.doubleValue.flatMap { (0...1).contains($0) ? $0 : nil }
            },
            studies: try reader.required("studies") {
                $0.outside?.exactly(Int.self)?.within(1...Int.max)
            })
    }

    private static func size(_ value: JSONValue) -> Double? {
        value.doubleValue.flatMap { $0 >= 0 ? $0 : nil }
    }

    private static func name(_ value: JSONValue) -> String? {
        value.stringValue.flatMap { (1...textMax).contains($0.utf8.count) ? $0 : nil }
    }
}

package import VigilCore

/// The records of `radiology.worklist.order.v1`: a study's order under the study's pseudonym, and
/// under keys beside it what was ordered by workers that did not know it.
extension OrderToTell {
    private var members: JSONObject {
        switch self {
        case .whole(let order): order.members
        case .unmerged(let order): order.members
        }
    }

    private var keySuffix: String {
        switch self {
        case .whole: ""
        case .unmerged(let order): ":" + order.priority.rawValue
        }
    }

    private var names: (type: String, schema: String) {
        switch self {
        case .whole: (WireNames.worklistType, WireNames.worklistSchema)
        case .unmerged: (WireNames.unmergedType, WireNames.unmergedSchema)
        }
    }

    /// The record for Kafka: a CloudEvents event in binary mode.
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
                fields: ["worklist-order" + keySuffix, study.safeText, Digest(of: bytes).hex]),
            source: source, type: names.type, schema: names.schema, time: time)
        headers.attribute("subject", study.safeText)
        headers.attribute("triagepriority", highest.rawValue)
        return OutboundRecord(
            topic: topic, key: Array((study.safeText + keySuffix).utf8), value: bytes,
            headers: headers.all)
    }

    /// Reads a record of the topic back; nil when it says nothing that can be believed.
    package static func read(_ record: InboundRecord) -> (study: Pseudonym, OrderToTell)? {
        let limits = JSONLimits(bytes: 8192, depth: 4, values: 64)
        guard let key = record.key, let value = record.value,
            let study = Pseudonym(hex: String(decoding: key.prefix(32), as: UTF8.self)),
            let json = try? JSONParser.parse(value, limits: limits)
        else { return nil }
        let order =
            key.count == 32
            ? (try? WorklistOrder(json: json)).map(OrderToTell.whole)
            : (try? UnmergedOrder(json: json)).map(OrderToTell.unmerged)
        guard let order, key.dropFirst(32).elementsEqual(order.keySuffix.utf8) else { return nil }
        return (study, order)
    }
}

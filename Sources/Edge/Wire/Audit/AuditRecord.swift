package import VigilCore

/// A record of the audit topic.
package enum AuditRecord: Sendable, Hashable {
    /// With the bytes that the tree hashes.
    case leaf(AuditLeaf, [UInt8])
    case checkpoint(AuditCheckpoint)

    /// Reads the bytes of a leaf.
    package static func leaf(in bytes: [UInt8]) throws(WireError) -> AuditLeaf {
        try AuditLeaf(json: try RecordReading.json(bytes))
    }

    /// Reads a record of the topic.
    package static func read(_ record: InboundRecord) throws(WireError) -> AuditRecord {
        try RecordReading.checkMajor(of: record.headers, in: 1...1)
        guard let value = record.value else { throw .tombstone }
        guard value.count <= AuditLeaf.bytesMax else { throw .badRecord("the record is too long") }
        let json = try RecordReading.json(value)
        // What is signed stands for itself; a leaf has no such member.
        if json["note"] != nil { return .checkpoint(try AuditCheckpoint(json: json)) }
        return .leaf(try AuditLeaf(json: json), value)
    }
}

/// Makes the records of the audit topic: CloudEvents 1.0 events in binary mode whose key is the
/// tree's name.
package struct AuditEncoder: Sendable {
    /// All records of all trees stand in one partition, which is read from its end at a start.
    package static let partition: Int32 = 0

    private let topic: String
    private let source: String

    package init(topic: String, source: String = WireNames.workerSource) {
        self.topic = topic
        self.source = source
    }

    /// The record of a leaf; it belongs into the transaction that it tells of.
    ///
    /// - Parameter bytes: the leaf's own.
    package func encode(_ leaf: AuditLeaf, _ bytes: [UInt8]) -> OutboundRecord {
        record(
            leaf.tree, bytes, fields: ["audit-leaf", leaf.tree.text, String(leaf.index)],
            type: WireNames.auditLeafType, schema: WireNames.auditLeafSchema, time: leaf.at)
    }

    /// The record of a checkpoint; of a tree all of whose leaves are committed.
    package func encode(_ checkpoint: AuditCheckpoint, time: Timestamp) -> OutboundRecord {
        record(
            checkpoint.tree, JSONWriter.bytes(checkpoint.json),
            fields: ["audit-checkpoint", checkpoint.tree.text, String(checkpoint.size)],
            type: WireNames.auditCheckpointType, schema: WireNames.auditCheckpointSchema,
            time: time)
    }

    private func record(
        _ tree: AuditTreeName, _ bytes: [UInt8], fields: [String], type: String, schema: String,
        time: Timestamp
    ) -> OutboundRecord {
        OutboundRecord(
            topic: topic, partition: Self.partition, key: Array(tree.text.utf8), value: bytes,
            headers: OutboundHeaders(
                id: UUIDv5(namespace: .vigil, fields: fields), source: source, type: type,
                schema: schema, time: time
            ).all)
    }
}

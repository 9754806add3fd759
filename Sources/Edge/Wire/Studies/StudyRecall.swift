internal import VigilCore

/// Reads what a recall event says: which record of its study's finding holds no longer. Whose
/// signature stands below it is not looked at here.
enum StudyRecall {
    static func recall(_ data: JSONValue) throws(WireError) -> StudyEvent.Recall {
        guard let envelope = data["recall"] else { throw .missingField(.recall) }
        let bytes = JSONWriter.bytes(envelope)
        guard envelope.objectValue != nil, bytes.count <= RecallOrder.bytesMax,
            let payload = envelope["payload"]?.stringValue.flatMap(Base64.decode),
            let order = RecallOrder(payload: payload)
        else { throw .wrongType(.recall) }
        return StudyEvent.Recall(record: order.record, envelope: bytes)
    }
}

package import VigilCore

/// The record without a value by which version 1 takes a study's finding back. Version 2 says it
/// with a record, so that the order stays known.
package enum FindingTombstone {
    /// The `ce_id` of the event that withdrew a study, by its tombstone; nil for other records.
    package static func cause(of record: InboundRecord) -> String? {
        guard record.value == nil, record.text("ce_type") == WireNames.retractionTypeV1 else {
            return nil
        }
        return record.text("ce_causationid")
    }
}

extension InboundRecord {
    /// The text of the last header of a name.
    func text(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}

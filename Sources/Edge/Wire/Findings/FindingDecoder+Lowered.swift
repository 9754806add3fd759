package import VigilCore

extension FindingDecoder {
    /// A record whose one fault is that its priority is less urgent than what was ordered, read as
    /// if it were what was ordered; nil of all others. No worker writes one, and who counts such
    /// faults wants to know of which studies they are.
    package static func lowered(_ record: InboundRecord) -> Finding? {
        guard let json = try? RecordReading.json(record.value),
            let ordered = json["ordered_priority"].flatMap(Member.priority),
            let effective = json["effective_priority"].flatMap(Member.priority),
            effective > ordered, var object = json.objectValue
        else { return nil }
        object["effective_priority"] = .string(ordered.rawValue)
        return try? read(.object(object))
    }
}

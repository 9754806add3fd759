internal import VigilCore

/// One value as the table keeps it.
struct ContextEntry: Sendable, Hashable {
    let item: ContextItem
    /// The item's number among all.
    let place: UInt8
    /// Where its record stands: of the same thing said twice, the later one.
    let partition: Int32
    let offset: Int64
    /// In the item's unit.
    let value: Double
    /// When it was so of the patient.
    let time: Timestamp
    let version: ContextVersion
    let id: UInt64
    /// What it is corrected or taken back by: the identifier of its resource, and of the record's
    /// key.
    let resource: UInt64
    let record: UInt64

    private static let places = Dictionary(
        uniqueKeysWithValues: ContextItem.allCases.enumerated().map {
            ($1, UInt8(truncatingIfNeeded: $0))
        })

    init(
        item: ContextItem, value: Double, time: Timestamp, version: ContextVersion, id: UInt64,
        resource: UInt64, record: UInt64, position: RecordPosition
    ) {
        (partition, offset) = (position.partition, position.offset)
        self.item = item
        self.value = value
        self.time = time
        self.version = version
        self.id = id
        self.resource = resource
        self.record = record
        place = Self.places[item] ?? 0
    }
}

/// By item, then by age, the newest last. It hangs on nothing but what is said, so that which are
/// kept does not hang on the order in which they came, nor on how often they did.
extension ContextEntry: Comparable {
    static func < (left: ContextEntry, right: ContextEntry) -> Bool {
        if left.place != right.place { return left.place < right.place }
        if left.time != right.time { return left.time < right.time }
        if left.id != right.id { return left.id < right.id }
        if left.version != right.version { return left.version < right.version }
        if left.resource != right.resource { return left.resource < right.resource }
        if left.record != right.record { return left.record < right.record }
        return left.value.bitPattern < right.value.bitPattern
    }

    /// Whether another that says the same stands further on in the topic.
    func isBefore(_ other: ContextEntry) -> Bool {
        (partition, offset) < (other.partition, other.offset)
    }
}

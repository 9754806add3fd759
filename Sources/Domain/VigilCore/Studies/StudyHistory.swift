/// What was last said of a study that comes in parts: enough to go on from there.
package struct StudyHistory: Sendable, Hashable {
    /// No study is revised more often. A record that tells of more was not written by a worker.
    package static let numberMax = 1_000_000_000

    /// The newest revision's number.
    package let number: Int
    package let finding: UUIDv5?
    /// The newest record's `record_digest`; nil after a tombstone.
    package let digest: Digest?
    /// Where the events stand that it is made of; none after a withdrawal.
    package let parts: [RecordPosition]
    /// The most urgent priority ordered so far; nil after a tombstone, which does not say it.
    package let ordered: Priority?
    /// Whether something that was said of the study still holds.
    package let isLive: Bool
    /// Whether a record of version 1 says so: one of this version with the same number says more.
    package let isV1: Bool
    /// From when back its patient's values count; nil where nothing was asked of one.
    package let contextTime: Timestamp?

    package init(
        number: Int, finding: UUIDv5?, digest: Digest?, parts: [RecordPosition],
        ordered: Priority?, isLive: Bool, isV1: Bool = false, contextTime: Timestamp? = nil
    ) {
        self.contextTime = contextTime
        self.number = number
        self.finding = finding
        self.digest = digest
        self.parts = parts
        self.ordered = ordered
        self.isLive = isLive
        self.isV1 = isV1
    }

    /// The number of what is said next. It stays where it is at its bound, which nobody reaches who
    /// counts.
    package var nextNumber: Int { Self.number(after: number) }

    /// The number that follows a revision's.
    package static func number(after number: Int) -> Int { min(number, numberMax - 1) + 1 }

    /// The same with another order.
    package func with(ordered: Priority?) -> StudyHistory {
        StudyHistory(
            number: number, finding: finding, digest: digest, parts: parts, ordered: ordered,
            isLive: isLive, isV1: isV1, contextTime: contextTime)
    }

    /// The same under another number.
    package func with(number: Int) -> StudyHistory {
        StudyHistory(
            number: number, finding: finding, digest: digest, parts: parts, ordered: ordered,
            isLive: isLive, isV1: isV1, contextTime: contextTime)
    }

    /// Whether this is to be believed rather than what another record says of the study.
    package func isNewer(than other: StudyHistory) -> Bool {
        number == other.number ? !isV1 || other.isV1 : number > other.number
    }
}

package import VigilCore

/// What was last said of a study that came in parts, as the topic of findings has it: enough to go
/// on from there.
package struct StudyHistory: Sendable, Hashable {
    /// Attributes of the records, without `ce_`.
    static let revisionName: StaticString = "revision"
    static let findingName: StaticString = "findingid"

    /// The newest revision's number.
    package let number: Int
    package let finding: UUIDv5?
    /// The newest finding's `record_digest`; nil after a retraction.
    package let digest: Digest?
    /// Where the events stand that it is made of; none after a retraction.
    package let parts: [RecordPosition]
    /// The most urgent priority ordered so far; nil after a retraction.
    package let ordered: Priority?

    package init(
        number: Int, finding: UUIDv5?, digest: Digest?, parts: [RecordPosition],
        ordered: Priority?
    ) {
        self.number = number
        self.finding = finding
        self.digest = digest
        self.parts = parts
        self.ordered = ordered
    }

    /// What follows from a finding; nil when its event was complete by itself.
    package init?(_ record: FindingRecord) {
        guard let revision = record.revision else { return nil }
        self.init(
            number: revision.number, finding: record.findingID,
            digest: record.deterministicDigest, parts: revision.parts,
            ordered: record.priority.ordered)
    }

    /// The number of what is said next. It stays where it is at its bound, which nobody reaches who
    /// counts.
    package var nextNumber: Int { min(number, FindingRecord.Revision.numberMax - 1) + 1 }

    /// Whether a record of the topic of findings says that it tells something of a study in parts,
    /// whether or not it can be read.
    package static func isClaimed(by record: InboundRecord) -> Bool {
        record.headers.contains { $0.name == "ce_" + revisionName.description }
    }

    /// What follows from a retraction.
    package init(_ retraction: StudyRetraction) {
        self.init(
            number: retraction.number, finding: retraction.finding, digest: nil, parts: [],
            ordered: nil)
    }

    /// Whether something that was said of the study still holds.
    package var isLive: Bool { digest != nil }

    /// Reads a record of the topic of findings. Nil when it says nothing of a study that came in
    /// parts, or nothing that can be read.
    package static func read(_ record: InboundRecord) -> (study: Pseudonym, StudyHistory)? {
        func header(_ name: StaticString) -> String? {
            record.headers.last { $0.name == "ce_" + name.description }?.value
                .map { String(decoding: $0, as: UTF8.self) }
        }
        guard let number = header(revisionName).flatMap({ Int($0) }),
            (1...FindingRecord.Revision.numberMax).contains(number)
        else { return nil }
        guard record.value == nil else {
            guard let finding = try? FindingDecoder.decode(record) else { return nil }
            return StudyHistory(finding).map { (finding.pseudonym, $0) }
        }
        let key = record.key.map { String(decoding: $0, as: UTF8.self) }
        guard let study = key.flatMap({ Pseudonym(hex: $0) }) else { return nil }
        let finding = header(findingName).flatMap { UUIDv5(text: $0) }
        return (
            study,
            StudyHistory(number: number, finding: finding, digest: nil, parts: [], ordered: nil)
        )
    }
}

package import VigilCore

/// What was last said of a study, as the topic of findings has it: enough to go on from there.
package struct StudyHistory: Sendable, Hashable {
    /// Attributes of the records, without `ce_`.
    static let revisionName: StaticString = "revision"
    static let findingName: StaticString = "findingid"

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

    package init(
        number: Int, finding: UUIDv5?, digest: Digest?, parts: [RecordPosition],
        ordered: Priority?, isLive: Bool, isV1: Bool = false
    ) {
        self.number = number
        self.finding = finding
        self.digest = digest
        self.parts = parts
        self.ordered = ordered
        self.isLive = isLive
        self.isV1 = isV1
    }

    /// What follows from a record; nil when its event was complete by itself.
    package init?(_ record: FindingRecord) {
        guard let revision = record.revision else { return nil }
        self.init(
            number: revision.number, finding: record.findingID,
            digest: record.deterministicDigest, parts: revision.parts,
            ordered: record.priority.ordered, isLive: !record.isWithdrawn)
    }

    /// The number of what is said next. It stays where it is at its bound, which nobody reaches who
    /// counts.
    package var nextNumber: Int { min(number, FindingRecord.Revision.numberMax - 1) + 1 }

    /// Whether a record of the topic of findings says that it tells something of a study in parts,
    /// whether or not it can be read.
    package static func isClaimed(by record: InboundRecord) -> Bool {
        record.headers.contains { $0.name == "ce_" + revisionName.description }
    }

    /// The same with another order.
    package func with(ordered: Priority?) -> StudyHistory {
        StudyHistory(
            number: number, finding: finding, digest: digest, parts: parts, ordered: ordered,
            isLive: isLive, isV1: isV1)
    }

    /// Whether this is to be believed rather than what another record says of the study.
    package func isNewer(than other: StudyHistory) -> Bool {
        number == other.number ? !isV1 || other.isV1 : number > other.number
    }

    /// Reads a record of a topic of findings, of either version. Nil when it says nothing of a
    /// study that came in parts, or nothing that can be read.
    package static func read(_ record: InboundRecord) -> (study: Pseudonym, StudyHistory)? {
        guard let number = record.text("ce_" + revisionName.description).flatMap({ Int($0) }),
            (1...FindingRecord.Revision.numberMax).contains(number)
        else { return nil }
        guard record.value == nil else {
            guard let json = try? RecordReading.json(record.value) else { return nil }
            return try? read(json)
        }
        let key = record.key.map { String(decoding: $0, as: UTF8.self) }
        guard let study = key.flatMap({ Pseudonym(hex: $0) }) else { return nil }
        let finding = record.text("ce_" + findingName.description).flatMap { UUIDv5(text: $0) }
        return (
            study,
            StudyHistory(
                number: number, finding: finding, digest: nil, parts: [], ordered: nil,
                isLive: false, isV1: true)
        )
    }

    /// Reads no more than is gone on from, so that what a newer worker wrote besides does not hide
    /// an order.
    private static func read(
        _ json: JSONValue
    ) throws(WireError) -> (study: Pseudonym, StudyHistory)? {
        let reader = try MemberReader(json, "record")
        let study = try reader.requiredMember("study").required("pseudonym", Member.pseudonym)
        let revision = try FindingRecord.Revision(reader: try reader.requiredMember("revision"))
        let codes = try reader.elements("reasons") { (reason) throws(WireError) in
            try reason.required("code", Member.string)
        }
        let isV1 = FindingDecoder.isV1(json)
        let isWithdrawn =
            !isV1 && codes.contains(FindingRecord.NotAssessed.withdrawn.rawValue)
            && reader.object["findings"]?.arrayValue?.isEmpty == true
        return (
            study,
            StudyHistory(
                number: revision.number,
                finding: try reader.required("finding_id", Member.uuid),
                digest: FindingRecord.digest(of: json),
                parts: revision.parts,
                ordered: try reader.required("ordered_priority", Member.priority),
                isLive: !isWithdrawn, isV1: isV1)
        )
    }
}

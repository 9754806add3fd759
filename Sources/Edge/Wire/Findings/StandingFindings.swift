package import VigilCore

/// What stands on topics of findings: of each study its newest record, as a compacted topic has it
/// in the end. Of them those are kept that a recall asks for. Pure.
package struct StandingFindings: Sendable {
    /// A finding that stands, and that was decided by what is asked for.
    package struct Found: Sendable, Hashable {
        package let finding: UUIDv5
        /// The study's own UID: not for logs.
        package let study: DicomUID
        package let pseudonym: Pseudonym
        /// Over the deterministic part of the record.
        package let digest: Digest
        /// As the record has it; nil where it says none.
        package let decided: Timestamp?
        package let priority: Priority
        /// 1 of a study that was said nothing of before.
        package let revision: Int
        /// Where the record stands.
        package let position: RecordPosition
    }

    /// What the newest record of one key comes to.
    private enum Standing: Sendable {
        case found(Found)
        /// Nothing that is asked for.
        case another
        case unreadable
    }

    private struct Newest: Sendable {
        let position: RecordPosition
        let published: Timestamp
        let isV1: Bool
        let standing: Standing

        /// Whether it was written after another record of its key: in one partition by the
        /// offset, else by the time at which it was published. Of a finding that was also told
        /// in version 1 the other record counts.
        func isNewer(than other: Newest) -> Bool {
            if position.topicPartition == other.position.topicPartition {
                return position.offset > other.position.offset
            }
            return (published, other.isV1 ? 1 : 0) > (other.published, isV1 ? 1 : 0)
        }
    }

    private let makings: FindingMakings
    private var newest: [[UInt8]: Newest] = [:]
    /// Records that were taken in.
    package private(set) var records = 0

    /// Nothing stands yet.
    ///
    /// - Parameter makings: what is asked for.
    package init(by makings: FindingMakings) { self.makings = makings }

    /// Studies of which something was ever said.
    package var studies: Int { newest.count }

    /// Takes the next record of its partition in, of either version.
    package mutating func take(_ record: InboundRecord) {
        records += 1
        let key = record.key ?? []
        let (standing, isV1) = standing(record)
        let told = record.text("ce_time").flatMap { Timestamp(rfc3339: $0) }
        let new = Newest(
            position: record.position,
            published: told ?? record.timestamp ?? Timestamp(milliseconds: 0), isV1: isV1,
            standing: standing)
        if let old = newest[key], !new.isNewer(than: old) { return }
        newest[key] = new
    }

    private func standing(_ record: InboundRecord) -> (Standing, isV1: Bool) {
        // A tombstone takes back what was said; workers write them for readers of version 1.
        guard record.value != nil else { return (.another, true) }
        guard let json = try? RecordReading.json(record.value),
            let finding = try? FindingDecoder.read(json),
            record.key == Array(finding.pseudonym.safeText.utf8)
        else { return (.unreadable, false) }
        let isV1 = FindingDecoder.isV1(json)
        guard makings.fit(finding) else { return (.another, isV1) }
        let found = Found(
            finding: finding.findingID, study: finding.study, pseudonym: finding.pseudonym,
            digest: Finding.digest(of: json), decided: finding.decision.decidedAt,
            priority: finding.priority.effective, revision: finding.revision?.number ?? 1,
            position: record.position)
        return (.found(found), isV1)
    }

    /// The findings that stand and fit, in the order in which they were decided.
    package var found: [Found] {
        newest.values.compactMap { newest in
            if case .found(let found) = newest.standing { found } else { nil }
        }.sorted {
            ($0.decided?.microseconds ?? 0, $0.pseudonym.safeText)
                < ($1.decided?.microseconds ?? 0, $1.pseudonym.safeText)
        }
    }

    /// Where records stand that are the newest of their studies and cannot be read: whether they
    /// are asked for nobody knows.
    package var unreadable: [RecordPosition] {
        newest.values.compactMap { newest in
            if case .unreadable = newest.standing { newest.position } else { nil }
        }.sorted {
            ($0.topic, $0.partition, $0.offset) < ($1.topic, $1.partition, $1.offset)
        }
    }
}

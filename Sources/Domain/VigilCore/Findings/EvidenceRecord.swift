/// The maps of one finding record, which go to a topic of their own.
package struct EvidenceRecord: Sendable, Hashable {
    package let findingID: UUIDv5
    /// The `record_digest` of the finding record.
    package let record: Digest
    package let study: Pseudonym
    /// Names the key of ``study``; nil: the worker has but one.
    package let keyID: String?
    /// At least one.
    package let maps: [Finding.ResultMap]

    package init(
        findingID: UUIDv5, record: Digest, study: Pseudonym, keyID: String?,
        maps: [Finding.ResultMap]
    ) {
        self.findingID = findingID
        self.record = record
        self.study = study
        self.keyID = keyID
        self.maps = maps
    }

    /// The maps of a finding; nil where it has none.
    package init?(of finding: Finding, record: Digest) {
        guard let maps = finding.assessed?.maps, !maps.isEmpty else { return nil }
        self.init(
            findingID: finding.findingID, record: record, study: finding.pseudonym,
            keyID: finding.subject.keyID, maps: maps)
    }
}

/// What a person said at the worklist of one record of a finding: late truth, and never an order.
/// No person is named.
package struct FindingVerdict: Sendable, Hashable {
    /// What a person can say.
    package enum Word: String, Sendable, Hashable, CaseIterable {
        /// The study was looked at.
        case seen
        /// The answer is right.
        case agree
        /// What is flagged is not there.
        case notThere = "not_there"
        /// What is not flagged is there.
        case missed
    }

    /// The record that the person saw.
    package let study: Pseudonym
    package let finding: UUIDv5
    /// Its number among the study's records, from 1, and its digest.
    package let revision: Int
    package let record: Digest
    package let word: Word
    /// Which finding of the record; nil: it is said of the study.
    package let code: String?
    package let at: Timestamp

    package init(
        study: Pseudonym, finding: UUIDv5, revision: Int, record: Digest, word: Word,
        code: String?, at: Timestamp
    ) {
        self.study = study
        self.finding = finding
        self.revision = revision
        self.record = record
        self.word = word
        self.code = code
        self.at = at
    }
}

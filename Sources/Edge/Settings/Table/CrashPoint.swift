/// A place in a transaction at which a worker under test kills itself (`test.crash-at`).
package enum CrashPoint: String, Sendable, Hashable, CaseIterable {
    /// Never: the default.
    case none
    case beforeBegin = "before-begin"
    case afterBegin = "after-begin"
    /// One record of the transaction is handed to the client, others are not.
    case afterFirstRecord = "after-first-record"
    case afterRecords = "after-records"
    case afterOffsets = "after-offsets"
    /// Some time within the call that commits.
    case duringCommit = "during-commit"
    /// The broker has committed, and the worker has not noted it.
    case afterCommit = "after-commit"
    /// The worker has noted and told it.
    case afterAnnouncement = "after-announcement"
}

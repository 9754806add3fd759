package import VigilCore

/// A partition that is taken over: what its last owner committed, held against its log as it is.
/// Going on from an offset that is not there, the ledger would take new records for old ones. Pure.
package struct PartitionTakeover: Sendable, Equatable {
    /// How long an earlier owner's open transaction may hide what it has committed: the broker
    /// aborts it after `transaction.timeout.ms` (60 s) and its ten-second sweep.
    package static let hiddenMax = Duration.seconds(75)

    /// What of a commit does not fit the log.
    package enum Astray: Sendable, Equatable {
        /// The log ends before it: it was made anew, and is read from its first record.
        case logReset
        /// The log begins behind it: so many records were deleted unread.
        case overtaken(count: Int64)
    }

    /// What was committed.
    package let committed: CommittedOffset
    /// Where the log begins and ends now.
    package let log: Range<Int64>
    /// What does not fit; nil when all does.
    package let astray: Astray?
    /// Where it is gone on: as committed, or at the log's first record.
    package private(set) var offset: CommittedOffset

    /// - Parameter log: between which offsets it has records now.
    package init(_ committed: CommittedOffset, log: Range<Int64>) {
        self.committed = committed
        self.log = log
        offset = committed
        guard let next = committed.nextOffset, next < log.lowerBound || next > log.upperBound
        else {
            astray = nil
            return
        }
        guard next > log.upperBound else {
            astray = .overtaken(count: log.lowerBound - next)
            return
        }
        astray = .logReset
        startAnew()
    }

    /// The topic is another one than the commit is of: it is read from its first record.
    package mutating func startAnew() {
        offset = CommittedOffset(
            partition: committed.partition, nextOffset: log.lowerBound, metadata: "")
    }

    /// The ledger to go on with, in which it is counted that a worker begins here where something
    /// stands to be read; and what was counted before, nil where nothing is counted.
    package var start: (ledger: OffsetLedger, before: CrashTally?) {
        var ledger =
            offset.nextOffset.map {
                OffsetLedger(nextOffset: $0, metadata: offset.metadata)
            } ?? OffsetLedger()
        let next = ledger.committable.nextOffset
        let tally = ledger.tally?.asFound ?? CrashTally(offset: next)
        let before = next < log.upperBound ? tally : nil
        ledger.tally = before?.started
        return (ledger, before)
    }
}

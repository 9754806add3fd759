package import KafkaTransport
package import VigilCore

/// What this worker knows of the log of one partition that it reads: enough to tell whether the log
/// is still the same one, and what was deleted from it unread. Pure.
package struct FollowedLog: Sendable {
    /// Records kept to be looked for in a log that was made anew; of older ones it is not known
    /// then that they were taken from it, and they are answered twice.
    private static let freshMax = 1024
    private static let gapsMax = 64

    /// How a log compares with what was known of it.
    package enum Verdict: Sendable, Equatable {
        case same
        /// Another log of the same name.
        case anew
        /// No answer came.
        case unknown
    }

    /// A record that was found in the log at some time; nil when none is known.
    package private(set) var mark: RecordFingerprint?
    /// Records taken since that time, the oldest first, each with its number.
    private var fresh: [(number: UInt64, record: InboundRecord)] = []
    /// How many were taken.
    package private(set) var count: UInt64 = 0
    /// Where the log was last seen to begin.
    private var start: Int64?
    /// The offset after all that was read, or found to be no record.
    package private(set) var readTo: Int64
    /// The topic's id, where the library tells it.
    private var identity: String?
    /// Offsets that were passed over since the log was last looked at.
    private var gaps: [Range<Int64>] = []

    /// - Parameters:
    ///   - readTo: where reading begins; nil for the log's beginning, wherever that is.
    ///   - mark: a record that an earlier owner found.
    package init(readTo: Int64?, mark: RecordFingerprint?) {
        self.readTo = readTo ?? -1
        self.mark = mark
    }

    /// A record was read.
    ///
    /// - Parameter isTaken: false for one that was done, or taken, before.
    package mutating func note(_ record: InboundRecord, isTaken: Bool) {
        pass(to: record.position.offset)
        readTo = max(readTo, record.position.offset + 1)
        guard isTaken else { return }
        count += 1
        fresh.append((count, record))
        if fresh.count > Self.freshMax { fresh.removeFirst(fresh.count - Self.freshMax / 2) }
    }

    /// All before this offset was read.
    package mutating func note(end offset: Int64) {
        pass(to: offset)
        readTo = max(readTo, offset)
    }

    private mutating func pass(to offset: Int64) {
        guard readTo >= 0, offset > readTo else { return }
        gaps.append(readTo..<offset)
        if gaps.count > Self.gapsMax { gaps.removeFirst() }
    }

    /// How many records were deleted before they were read, of what was passed over since the last
    /// call.
    package mutating func overtaken(by bounds: Range<Int64>) -> Int64 {
        defer { gaps = [] }
        return gaps.reduce(0) { $0 + max(0, min($1.upperBound, bounds.lowerBound) - $1.lowerBound) }
    }

    /// Compares the log with what is known of it.
    ///
    /// - Parameters:
    ///   - bounds: where its records stand now.
    ///   - answer: what stands at the mark.
    ///   - identity: the topic's id now; nil where it is not told.
    package func verdict(
        _ bounds: Range<Int64>, _ answer: TopicSurvey.Answer?, identity: String? = nil
    ) -> Verdict {
        if let known = self.identity, let identity, identity != known { return .anew }
        if let start, bounds.lowerBound < start { return .anew }
        guard let mark else { return .same }
        if mark.offset >= bounds.upperBound { return .anew }
        // Deleted by its age: only where the log begins and ends can tell.
        if mark.offset < bounds.lowerBound { return .same }
        switch answer {
        case .record(let found): return found == mark ? .same : .anew
        case .nothing: return .anew
        case nil: return .unknown
        }
    }

    /// The log is the same: what was taken before it was asked is of it, and the newest record of
    /// that is the mark from now on.
    ///
    /// - Parameter asked: ``count`` as it was then.
    package mutating func confirm(
        _ bounds: Range<Int64>, asked: UInt64, identity: String? = nil
    ) {
        self.identity = identity ?? self.identity
        start = bounds.lowerBound
        if readTo < 0 { readTo = bounds.lowerBound }
        guard let newest = fresh.last(where: { $0.number <= asked }) else { return }
        mark = RecordFingerprint(of: newest.record)
        fresh.removeAll { $0.number <= asked }
    }

    /// The records that may be of another log than the mark, by offset.
    package var suspects: [Int64: InboundRecord] {
        Dictionary(fresh.map { ($0.record.position.offset, $0.record) }) { $1 }
    }
}

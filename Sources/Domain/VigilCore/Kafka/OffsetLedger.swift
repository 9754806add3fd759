/// Which records of one partition are done, when they end in another order than they came.
///
/// What is committed is the first offset that is not done, and a bitmap of the done ones behind it
/// in the commit's metadata. So a late study holds nothing back, and after a crash only what was
/// not done runs again. Offsets between two received ones that never came (transaction markers,
/// aborted and compacted records) count as done. The bitmap is bounded: a record beyond its reach
/// (``canReach(_:)``) may not be completed before the first open one is. Pure; one owner.
package struct OffsetLedger: Sendable, Equatable {
    /// A bitmap spans at most this many offsets: they make 2,666 base64 digits, which fit the
    /// broker's 4,096 bytes of metadata. A multiple of six, so that no digit reaches beyond it.
    private static let bitmapMax: Int64 = 15_996
    /// From the first open record to the last at most, so that a tally has room behind the bitmap.
    package static let spanMax = bitmapMax - Int64(6 * CrashTally.padMax)
    private static let prefix = "vigil1:"
    private static let markPrefix = "vigil2:"
    private static let tallyPrefix = "vigil3:"

    /// Records that were begun and are not done, in rising order; a slice, since the first of them
    /// is the one that is mostly done next.
    private var open: ArraySlice<Int64> = []
    /// The highest offset received, or the one before the committed offset; nil when nothing is
    /// known.
    private var highestReceived: Int64?
    /// Offsets beyond ``highestReceived`` that an earlier owner did, in rising order.
    private var doneAhead: [Int64] = []

    /// A record by which it can be told later whether the log is still the one that the offsets
    /// are of; nil when none is known. It is committed where no bitmap is: older workers read a
    /// bitmap alone, and pass over what is none, so that neither an upgrade nor its return loses
    /// or repeats a record.
    package var mark: RecordFingerprint?

    /// How often workers began at the first open record; committed as long as it is that.
    package var tally: CrashTally?
    /// Whether whatever is the first open record is to be tried alone after a death.
    package var isSuspect = false

    /// A partition of which nothing was ever committed.
    package init() {}

    /// A log that was made anew and begins here, and of which these records are done already.
    package init(start: Int64, done: some Sequence<Int64>) {
        highestReceived = max(start, 0) - 1
        doneAhead = done.filter { $0 >= start && $0 < Int64.max }.sorted()
    }

    /// A partition as an earlier owner left it. Metadata that this type did not write is ignored:
    /// then all from `nextOffset` on runs again.
    package init(nextOffset: Int64, metadata: String) {
        highestReceived = max(nextOffset, 0) - 1
        switch Note(metadata, at: nextOffset) {
        case .mark(let mark): self.mark = mark
        case .tally(let tally, let mark): (self.tally, self.mark) = (tally, mark)
        case .bitmap(let bits, let tally):
            self.tally = tally
            for (index, isDone) in bits.enumerated() where isDone {
                doneAhead.append(nextOffset + 1 + Int64(index))
            }
        case .nothing, nil: break
        }
    }

    /// What stands in the metadata of a commit.
    private enum Note {
        case nothing
        case mark(RecordFingerprint)
        case tally(CrashTally, RecordFingerprint?)
        case bitmap([Bool], CrashTally?)

        /// Nil for what no worker writes.
        init?(_ metadata: String, at next: Int64) {
            func rest(_ prefix: String) -> Substring { metadata.dropFirst(prefix.count) }
            if metadata.isEmpty {
                self = .nothing
            } else if metadata.hasPrefix(prefix) {
                guard let bits = Base64Bits.decode(rest(prefix)), bits.count <= bitmapMax,
                    (0...Int64.max - bitmapMax - 1).contains(next)
                else { return nil }
                self = .bitmap(bits, CrashTally(offset: next, padding: rest(prefix)))
            } else if metadata.hasPrefix(markPrefix) {
                guard let mark = RecordFingerprint(rest(markPrefix)) else { return nil }
                self = .mark(mark)
            } else if metadata.hasPrefix(tallyPrefix) {
                let parts = rest(tallyPrefix).split(
                    separator: ":", omittingEmptySubsequences: false)
                let mark = parts.last.flatMap { RecordFingerprint($0) }
                guard parts.count == 2, next >= 0, mark != nil || parts[1].isEmpty,
                    let tally = CrashTally(offset: next, text: parts[0])
                else { return nil }
                self = .tally(tally, mark)
            } else {
                return nil
            }
        }
    }

    /// Whether metadata of a commit is of a form that a worker writes.
    package static func isReadable(metadata: String) -> Bool { Note(metadata, at: 0) != nil }

    /// Whether this offset was done by an earlier owner or was received before.
    package func shouldSkip(_ offset: Int64) -> Bool {
        offset <= (highestReceived ?? -1) || doneAhead.holds(offset)
    }

    /// Takes a record in. Offsets of a partition come in rising order.
    package mutating func begin(_ offset: Int64) {
        guard !shouldSkip(offset) else { return }
        open.append(offset)
        highestReceived = offset
        let passed = doneAhead.prefix { $0 <= offset }.count
        if passed > 0 { doneAhead.removeFirst(passed) }
    }

    /// A record is done. Unknown offsets are ignored; ask ``canReach(_:)`` first.
    package mutating func complete(_ offset: Int64) {
        let place = open.place(of: offset)
        guard place < open.endIndex, open[place] == offset else { return }
        if place == open.startIndex { open.removeFirst() } else { open.remove(at: place) }
    }

    /// Whether a commit can tell that this record is done. One further behind the first open record
    /// than the bitmap reaches has to wait: committed now, it would run again after a crash.
    package func canReach(_ offset: Int64) -> Bool {
        guard let first = open.first else { return true }
        return offset - first <= Self.spanMax
    }

    /// Whether a commit tells of something: a record was received, or an earlier owner committed.
    package var isKnown: Bool { highestReceived != nil }

    /// The offset from which on nothing was received.
    package var nextUnread: Int64 { (highestReceived ?? -1) + 1 }

    /// How many offsets from ``nextUnread`` on an earlier owner did.
    package var doneAheadCount: Int { doneAhead.count }

    /// The records begun and not done.
    package var openCount: Int { open.count }

    /// The first record begun and not done.
    package var firstOpen: Int64? { open.first }

    /// Whether the span from the first open record to the last received is as wide as a commit can
    /// tell; nothing more should be taken in until the first open record is done.
    package var isFull: Bool {
        guard let first = open.first, let highestReceived else { return false }
        return highestReceived - first >= Self.spanMax
    }

    /// What to commit now; offset 0 without metadata when nothing was ever received.
    package var committable: (nextOffset: Int64, metadata: String) {
        guard let highestReceived else { return (0, metadata(at: 0, [])) }
        var next = open.first ?? highestReceived + 1
        while doneAhead.holds(next) { next += 1 }
        let last = max(highestReceived, doneAhead.last ?? highestReceived)
        let span = min(max(last - next, 0), Self.bitmapMax)
        let bits = span > 0 ? (1...span).map { isDone(next + $0, received: highestReceived) } : []
        return (next, metadata(at: next, bits))
    }

    /// What to commit now of the partition that it is of.
    package func commit(of partition: TopicPartition) -> OffsetToCommit {
        let (nextOffset, metadata) = committable
        return OffsetToCommit(partition: partition, nextOffset: nextOffset, metadata: metadata)
    }

    /// - Parameter bits: which offsets behind `next` are done.
    private func metadata(at next: Int64, _ bits: [Bool]) -> String {
        let known = self.tally.flatMap { $0.offset == next ? $0 : nil }
        let tally = known ?? (isSuspect ? CrashTally(suspectAt: next) : nil)
        guard let lastDone = bits.lastIndex(of: true) else {
            let mark = self.mark?.text
            return tally.map { "\(Self.tallyPrefix)\($0.text):\(mark ?? "")" }
                ?? mark.map { Self.markPrefix + $0 } ?? ""
        }
        let digits = Base64Bits.encode(Array(bits[...lastDone]))
        // What an older worker left may reach so far that there is no room.
        let hasRoom = digits.utf8.count + CrashTally.padMax <= Self.bitmapMax / 6
        return Self.prefix + digits + (hasRoom ? tally?.padding ?? "" : "")
    }

    private func isDone(_ offset: Int64, received: Int64) -> Bool {
        offset <= received ? !open.holds(offset) : doneAhead.holds(offset)
    }
}

extension RandomAccessCollection<Int64> where Index == Int {
    /// Where a number stands, or would stand, in numbers in rising order.
    fileprivate func place(of number: Int64) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether a number stands in numbers in rising order.
    fileprivate func holds(_ number: Int64) -> Bool {
        let place = place(of: number)
        return place < endIndex && self[place] == number
    }
}

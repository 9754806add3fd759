/// Which records of one partition are done, when they end in another order than they came.
///
/// What is committed is the first offset that is not done, and a bitmap of the done ones behind it
/// in the commit's metadata. So a late study holds nothing back, and after a crash only what was
/// not done runs again. Offsets between two received ones that never came (transaction markers,
/// aborted and compacted records) count as done. The bitmap is bounded: a record beyond its reach
/// (``canTell(_:)``) may not be completed before the first open one is. Pure; one owner.
package struct OffsetLedger: Sendable, Equatable {
    /// The bitmap spans at most this many offsets: they make 2,666 base64 digits, which fit the
    /// broker's 4,096 bytes of metadata. A multiple of six, so that no digit reaches beyond it.
    package static let spanMax: Int64 = 15_996
    private static let prefix = "vigil1:"
    private static let markPrefix = "vigil2:"

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
        if metadata.hasPrefix(Self.markPrefix) {
            mark = RecordFingerprint(metadata.dropFirst(Self.markPrefix.count))
        }
        guard metadata.hasPrefix(Self.prefix),
            let bits = Base64Bits.decode(metadata.dropFirst(Self.prefix.count)),
            bits.count <= Self.spanMax, nextOffset >= 0,
            nextOffset <= Int64.max - Self.spanMax - 1
        else { return }
        for (index, isDone) in bits.enumerated() where isDone {
            doneAhead.append(nextOffset + 1 + Int64(index))
        }
    }

    /// Whether metadata of a commit is of a form that a worker writes.
    package static func isReadable(metadata: String) -> Bool {
        metadata.isEmpty
            || metadata.hasPrefix(prefix)
                && Base64Bits.decode(metadata.dropFirst(prefix.count)) != nil
            || metadata.hasPrefix(markPrefix)
                && RecordFingerprint(metadata.dropFirst(markPrefix.count)) != nil
    }

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

    /// A record is done. Unknown offsets are ignored; ask ``canTell(_:)`` first.
    package mutating func complete(_ offset: Int64) {
        let place = open.place(of: offset)
        guard place < open.endIndex, open[place] == offset else { return }
        if place == open.startIndex { open.removeFirst() } else { open.remove(at: place) }
    }

    /// Whether a commit can tell that this record is done. One further behind the first open record
    /// than the bitmap reaches has to wait: committed now, it would run again after a crash.
    package func canTell(_ offset: Int64) -> Bool {
        guard let first = open.first else { return true }
        return offset - first <= Self.spanMax
    }

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
        guard let highestReceived else { return (0, "") }
        var next = open.first ?? highestReceived + 1
        while doneAhead.holds(next) { next += 1 }
        let last = max(highestReceived, doneAhead.last ?? highestReceived)
        let marked = mark.map { Self.markPrefix + $0.text } ?? ""
        guard last > next else { return (next, marked) }
        let span = min(last - next, Self.spanMax)
        let bits = (1...span).map { isDone(next + $0, received: highestReceived) }
        guard bits.contains(true) else { return (next, marked) }
        return (next, Self.prefix + Base64Bits.encode(bits))
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

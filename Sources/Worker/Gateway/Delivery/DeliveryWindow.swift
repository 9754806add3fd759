internal import VigilCore

/// The records of one partition that are taken and not committed, in their order. Pure.
///
/// Records of one study are delivered one after the other; those of other studies do not wait for
/// them. What is committed is the offset below which all is done, so that after a crash some of
/// what was done above it is delivered once more.
struct DeliveryWindow<Payload> {
    /// A record on its way.
    struct Entry {
        let offset: Int64
        /// Names the study.
        let key: [UInt8]
        var payload: Payload
        var attempts = 0
        /// When it was tried first.
        var begun: MonotonicTime?
        /// Before this it is not tried.
        var due: MonotonicTime
        var isDone = false
    }

    private var entries: [Entry] = []
    /// The offset after the last record that was taken.
    private var next: Int64?
    /// What was committed, at first the offset of the first record that was taken.
    private var committed = Int64.max

    init() {}

    /// How many are not done.
    var waiting: Int { entries.count { !$0.isDone } }

    /// How many are held, those that are done behind one that is not included.
    var count: Int { entries.count }

    /// Takes a record; one that was taken before is passed over.
    ///
    /// - Returns: whether it was taken.
    mutating func take(
        offset: Int64, key: [UInt8], payload: Payload, at now: MonotonicTime
    ) -> Bool {
        guard offset >= (next ?? offset) else { return false }
        if next == nil { committed = offset }
        next = offset + 1
        entries.append(Entry(offset: offset, key: key, payload: payload, due: now))
        return true
    }

    /// The sum of what the open records weigh.
    func weight(_ weigh: (Payload) -> Int) -> Int {
        entries.reduce(0) { $0 + ($1.isDone ? 0 : weigh($1.payload)) }
    }

    /// The first record that may be tried: it is due, and no earlier one of its study is open.
    func first(at now: MonotonicTime) -> Entry? {
        var open: Set<[UInt8]> = []
        for entry in entries where !entry.isDone {
            if open.insert(entry.key).inserted, entry.due <= now { return entry }
        }
        return nil
    }

    /// When the next may be tried; nil when all are done.
    var due: MonotonicTime? {
        var open: Set<[UInt8]> = []
        var earliest: MonotonicTime?
        for entry in entries where !entry.isDone {
            guard open.insert(entry.key).inserted else { continue }
            earliest = min(earliest ?? entry.due, entry.due)
        }
        return earliest
    }

    /// What is open and oldest.
    var oldest: Entry? { entries.first { !$0.isDone } }

    /// Changes a record that was taken.
    mutating func update(_ offset: Int64, _ change: (inout Entry) -> Void) {
        guard let index = entries.firstIndex(where: { $0.offset == offset }) else { return }
        change(&entries[index])
    }

    /// A record has been delivered or given up.
    mutating func finish(_ offset: Int64) {
        update(offset) { $0.isDone = true }
        while let first = entries.first, first.isDone { entries.removeFirst() }
    }

    /// The offset to commit: all below it is done; nil when that was committed already.
    var committable: Int64? {
        guard let next else { return nil }
        let offset = entries.first?.offset ?? next
        return offset > committed ? offset : nil
    }

    /// An offset is with the broker.
    mutating func markCommitted(_ offset: Int64) { committed = offset }
}

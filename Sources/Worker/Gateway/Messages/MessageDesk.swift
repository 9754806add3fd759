internal import Processes
internal import Synchronization
internal import VigilCore

/// Where threads that hold connections give records to the one that publishes, and wait. Any
/// thread.
final class MessageDesk: Sendable {
    /// The records of one message.
    final class Entry: Sendable {
        let records: [OutboundRecord]
        private let ended = Latch()
        private let isCommitted = Atomic(false)

        fileprivate init(_ records: [OutboundRecord]) {
            self.records = records
        }

        /// Lets go whoever waits for it.
        func end(isCommitted: Bool) {
            self.isCommitted.store(isCommitted, ordering: .releasing)
            ended.open()
        }

        fileprivate func wait(until end: MonotonicTime) -> Bool {
            ended.wait(until: end) && isCommitted.load(ordering: .acquiring)
        }
    }

    private let wakeUp: WakeUp
    /// Nil: nobody publishes any more.
    private let waiting = Mutex<[Entry]?>([])

    /// - Parameter wakeUp: of the thread that publishes.
    init(wakeUp: WakeUp) {
        self.wakeUp = wakeUp
    }

    /// Gives records to be published and waits.
    ///
    /// - Returns: whether the brokers have all of them.
    func commit(_ records: [OutboundRecord], until end: MonotonicTime) -> Bool {
        let entry = Entry(records)
        let isTaken = waiting.withLock { entries in
            entries?.append(entry)
            return entries != nil
        }
        guard isTaken else { return false }
        wakeUp.signal()
        return entry.wait(until: end)
    }

    /// What came since the last call, in its order.
    func take() -> [Entry] {
        waiting.withLock { entries in
            defer { if entries != nil { entries = [] } }
            return entries ?? []
        }
    }

    /// Lets go all that wait, and all that come later.
    func close() {
        let left = waiting.withLock { entries in
            defer { entries = nil }
            return entries ?? []
        }
        for entry in left { entry.end(isCommitted: false) }
    }
}

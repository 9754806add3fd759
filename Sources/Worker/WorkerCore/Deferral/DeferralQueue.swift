package import VigilCore

/// Studies that wait for a cleaner hour, and when each waits no longer. Pure.
package struct DeferralQueue<Element: Hashable & Sendable>: Sendable {
    /// A study that waits.
    package struct Entry: Sendable {
        /// The cleaner hour.
        package let notBefore: MonotonicTime
        /// When its finding must be out.
        package let deadline: MonotonicTime
        /// How long it takes.
        package let work: Duration
        /// What keeping it costs, in bytes.
        package let bytes: Int
        /// Whether an idle worker takes it before its hour.
        package let endsWhenIdle: Bool

        package init(
            notBefore: MonotonicTime, deadline: MonotonicTime, work: Duration, bytes: Int = 0,
            endsWhenIdle: Bool = true
        ) {
            self.endsWhenIdle = endsWhenIdle
            self.notBefore = notBefore
            self.deadline = deadline
            self.work = work
            self.bytes = bytes
        }
    }

    private let policy: DeferralPolicy
    private let bytesMax: Int
    private var entries: [Element: Entry] = [:]
    private var byHour = DeadlineQueue<Element>()
    private var byDeadline = DeadlineQueue<Element>()
    /// Those that an idle worker takes, by deadline.
    private var byIdle = DeadlineQueue<Element>()
    private var bytes = 0
    /// All that waits.
    package private(set) var work = Duration.zero

    /// An empty queue.
    ///
    /// - Parameter bytesMax: beyond it the study with the nearest deadline waits no longer.
    package init(policy: DeferralPolicy, bytesMax: Int = .max) {
        self.policy = policy
        self.bytesMax = bytesMax
    }

    /// How many wait.
    package var count: Int { entries.count }
    /// Those that wait, in no order.
    package var elements: [Element] { Array(entries.keys) }

    /// Whether this one waits.
    package func contains(_ element: Element) -> Bool { entries[element] != nil }

    /// Lets one wait.
    package mutating func insert(_ element: Element, _ entry: Entry) {
        remove(element)
        entries[element] = entry
        byHour.insert(element, deadline: entry.notBefore)
        byDeadline.insert(element, deadline: entry.deadline)
        if entry.endsWhenIdle { byIdle.insert(element, deadline: entry.deadline) }
        work += entry.work
        bytes += entry.bytes
    }

    /// Takes one out.
    package mutating func remove(_ element: Element) {
        guard let entry = entries.removeValue(forKey: element) else { return }
        work -= entry.work
        bytes -= entry.bytes
        // The others stay where they are until they come to the front.
        Self.prune(&byHour, entries)
        Self.prune(&byDeadline, entries)
        Self.prune(&byIdle, entries)
    }

    private static func prune(
        _ queue: inout DeadlineQueue<Element>, _ entries: [Element: Entry]
    ) {
        while let first = queue.first, entries[first.element] == nil { _ = queue.popFirst() }
    }

    /// Takes out a study that waits no longer; nil when all may wait on.
    ///
    /// - Parameters:
    ///   - ready: the work that is to be done besides.
    ///   - idleSince: since when there is none; nil when there is some.
    package mutating func release(
        now: MonotonicTime, ready: Duration, idleSince: MonotonicTime?
    ) -> (element: Element, reason: DeferralEnd)? {
        guard let hour = byHour.first, let nearest = byDeadline.first else { return nil }
        let end: (Element, DeferralEnd)
        if latest(nearest.deadline, ready) <= now {
            end = (nearest.element, .deadline)
        } else if hour.deadline <= now {
            end = (hour.element, .clean)
        } else if count > policy.studiesMax || bytes > bytesMax {
            end = (nearest.element, .bound)
        } else if let idleSince, let idle = policy.idle, idleSince + idle <= now,
            let element = byIdle.first?.element
        {
            end = (element, .idle)
        } else {
            return nil
        }
        remove(end.0)
        return end
    }

    /// When to ask again if nothing happens; nil when nothing waits.
    package func nextRelease(ready: Duration, idleSince: MonotonicTime?) -> MonotonicTime? {
        guard let hour = byHour.first, let nearest = byDeadline.first else { return nil }
        let mayEnd = byIdle.isEmpty ? nil : policy.idle
        let idle = idleSince.flatMap { since in mayEnd.map { since + $0 } }
        return [latest(nearest.deadline, ready), hour.deadline, idle].compactMap { $0 }.min()
    }

    private func latest(_ deadline: MonotonicTime, _ ready: Duration) -> MonotonicTime {
        policy.latest(nearest: deadline, waiting: work, ready: ready)
    }
}

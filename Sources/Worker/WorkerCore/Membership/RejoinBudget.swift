package import VigilCore

/// How often a worker whose place in the group went to another member may ask for a new one, and
/// how long it waits before it does. Pure.
///
/// A broker that was killed may come back without the last joining of a static member, and so
/// refuse it under its own name. A second worker of the same name looks the same to the group, and
/// two that take the name from each other without end must not be.
package struct RejoinBudget: Sendable, Equatable {
    /// So many times within ``span``.
    package static let countMax = 5
    package static let span = Duration.seconds(600)
    private static let backoff = Backoff(first: .milliseconds(500), longest: .seconds(10))

    private var times: [MonotonicTime] = []

    package init() {}

    /// Takes one time off the budget.
    ///
    /// - Parameter seed: what tells this worker from others.
    /// - Returns: how long to wait before joining; nil when the budget is used up.
    package mutating func spend(now: MonotonicTime, seed: UInt64) -> Duration? {
        times.removeAll { now - $0 > Self.span }
        guard times.count < Self.countMax else { return nil }
        times.append(now)
        return Self.backoff.pause(attempt: times.count, seed: seed)
    }
}

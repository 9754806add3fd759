package import VigilCore

/// Before a record at which a worker died alone is tried again or given up, the worker stands still
/// for a while, and has committed that it does. One that dies then was killed from outside, and so
/// may the earlier ones have been: what was held against the record is taken back. A record that
/// kills never does so before it is tried. Pure; the transport thread's.
package struct StandStill: Sendable {
    /// Many times what a trial takes, also where the machine is slow, as a start is then.
    private static let spanMin = Duration.milliseconds(500)
    private static let spanMax = Duration.seconds(5)

    private let born: MonotonicTime
    private var span: Duration?
    private var begun: (position: RecordPosition, due: MonotonicTime)?

    /// - Parameter born: when the worker began.
    package init(born: MonotonicTime) { self.born = born }

    /// When it is over; nil while the worker stands before no record.
    package var due: MonotonicTime? { begun?.due }

    /// Whether the worker has stood still before a record for long enough; nil if it has not begun.
    package func isOver(before position: RecordPosition, now: MonotonicTime) -> Bool? {
        begun.flatMap { $0.position == position ? now >= $0.due : nil }
    }

    /// It was committed that the worker stands still before a record, for as long as it took to get
    /// before the first such one.
    package mutating func begin(before position: RecordPosition, now: MonotonicTime) {
        let span = span ?? min(max(now - born, Self.spanMin), Self.spanMax)
        (self.span, begun) = (span, (position, now + span))
    }

    /// The record is tried, or is another worker's now.
    package mutating func end() { begun = nil }
}

internal import VigilCore

/// Studies that wait for a cleaner hour, and those on their way to the topic where they are to
/// wait. Pure; a part of ``WorkerCore``.
struct DeferralDesk: Sendable {
    /// Those that wait.
    var queue: DeferralQueue<StudyTicket>
    /// Those whose outcome is that they are to wait, and that is not committed yet.
    private(set) var leaving: Set<StudyTicket> = []
    /// When a study that did not wait for a cleaner hour was last begun or finished.
    private(set) var lastOrdinary = MonotonicTime(nanoseconds: 0)

    /// Nothing waits.
    init(_ limits: WorkerLimits) {
        queue = DeferralQueue(
            policy: limits.deferral, bytesMax: limits.intake.bytesMax / 4)
    }

    /// Notes that a study goes to wait.
    mutating func leave(_ ticket: StudyTicket) { leaving.insert(ticket) }

    /// Takes out a study that is gone.
    mutating func remove(_ ticket: StudyTicket) {
        queue.remove(ticket)
        leaving.remove(ticket)
    }

    /// Notes that a study that did not wait was begun or finished.
    mutating func noteOrdinary(at time: MonotonicTime) { lastOrdinary = max(lastOrdinary, time) }

    /// A worker that has seen no study but those that wait is idle from the first of them on.
    mutating func noteWait(from now: MonotonicTime) {
        if lastOrdinary.nanoseconds == 0 { lastOrdinary = now }
    }
}

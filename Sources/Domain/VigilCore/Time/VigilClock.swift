/// The two clocks of the worker, behind a protocol so that a simulation can turn them.
package protocol VigilClock: Sendable {
    /// Time that never jumps, for deadlines and durations: nanoseconds since an arbitrary start.
    func monotonic() -> MonotonicTime
    /// The time of day, for records and logs only.
    func wall() -> Timestamp
}

internal import VigilCore

/// A point on the monotonic clock until which a call may take.
package struct Deadline: Sendable {
    private let end: MonotonicTime

    /// The longest wait: a day. Longer ones are cut so that no sum can overflow.
    private static let longest = Duration.seconds(86_400)

    /// - Parameter duration: from now; negative ones are over at once.
    package init(after duration: Duration) {
        end = SystemClock().monotonic() + min(max(duration, .zero), Self.longest)
    }

    /// What is left, nothing once it is over.
    package var remaining: Duration { max(.zero, end - SystemClock().monotonic()) }

    /// Whether nothing is left.
    package var isOver: Bool { remaining == .zero }

    /// What is left, rounded up, so that a wait of less than a millisecond does not spin.
    package var remainingMilliseconds: Int32 { remaining.milliseconds }
}

extension Duration {
    /// Whole milliseconds, rounded up and clamped to what poll(2) and librdkafka take.
    package var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        if seconds >= 2_000_000 { return 2_000_000_000 }
        if seconds < 0 { return 0 }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(seconds * 1000 + fraction)
    }
}

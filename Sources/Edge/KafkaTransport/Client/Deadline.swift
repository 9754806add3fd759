internal import VigilCore

/// A point on the monotonic clock until which a call may take.
struct Deadline {
    private let end: MonotonicTime

    /// The longest wait: a day. Longer ones are cut so that no sum can overflow.
    private static let longest = Duration.seconds(86_400)

    init(after duration: Duration) {
        end = SystemClock().monotonic() + min(max(duration, .zero), Self.longest)
    }

    var remaining: Duration { max(.zero, end - SystemClock().monotonic()) }

    var isOver: Bool { remaining == .zero }

    /// Rounded up, so that a wait of less than a millisecond does not spin.
    var remainingMilliseconds: Int32 { remaining.milliseconds }
}

extension Duration {
    /// Whole milliseconds, rounded up and clamped to what librdkafka and poll(2) take.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        if seconds >= 2_000_000 { return 2_000_000_000 }
        if seconds < 0 { return 0 }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(seconds * 1000 + fraction)
    }
}

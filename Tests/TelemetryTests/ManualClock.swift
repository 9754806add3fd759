import Synchronization
import VigilCore

/// A clock that a test turns by hand.
final class ManualClock: VigilClock {
    private let elapsed = Mutex(Duration.zero)

    /// 2026-11-24T04:17:58.000123Z
    static let start = Timestamp(microseconds: 1_795_493_878_000_123)

    func advance(_ duration: Duration) {
        elapsed.withLock { $0 += duration }
    }

    func monotonic() -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000) + elapsed.withLock { $0 }
    }

    func wall() -> Timestamp { Self.start }
}

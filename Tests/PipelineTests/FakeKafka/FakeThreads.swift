import KafkaTransport
import Pipeline
import Processes
import Synchronization
import VigilCore

/// A clock that a test turns. Any thread.
final class TurnedClock: VigilClock {
    private struct State {
        var now = MonotonicTime(nanoseconds: 1_000_000_000)
        var off: Int64 = 0
    }

    private let state = Mutex(State())
    /// 2026-11-24T04:17:58.000123Z
    private static let start: Int64 = 1_795_493_878_000_123

    init() {}

    func monotonic() -> MonotonicTime { state.withLock { $0.now } }

    func wall() -> Timestamp {
        state.withLock { state in
            Timestamp(microseconds: Self.start + state.now.nanoseconds / 1000 + state.off)
        }
    }

    /// Lets time pass.
    func pass(_ duration: Duration) { state.withLock { $0.now = $0.now + duration } }

    /// Lets time pass until then, if it is not over.
    func pass(until: MonotonicTime) { state.withLock { $0.now = max($0.now, until) } }

    /// Sets the time of day apart from the other clock, in microseconds.
    func setWall(off microseconds: Int64) { state.withLock { $0.off = microseconds } }
}

/// Threads that run when a test says so, or at the latest when somebody waits. Any thread.
final class FakeThreads: TransportThreads {
    private struct State {
        var begun: [@Sendable () -> Void] = []
        var areStuck = false
    }

    private let state = Mutex(State())
    private let clock: TurnedClock

    init(_ clock: TurnedClock) {
        self.clock = clock
    }

    /// What was begun does not end from now on, or does again.
    func stick(_ areStuck: Bool = true) { state.withLock { $0.areStuck = areStuck } }

    /// Whether something was begun and has not ended.
    var areBusy: Bool { state.withLock { !$0.begun.isEmpty } }

    /// Lets what was begun run to its end.
    func run() {
        let begun = state.withLock { state in
            guard !state.areStuck else { return [@Sendable () -> Void]() }
            defer { state.begun = [] }
            return state.begun
        }
        for body in begun { body() }
    }

    /// Where nothing was begun that can end, time passes.
    func wait(for wakeUps: [WakeUp], until: MonotonicTime?) throws(KafkaError) {
        let isFree = state.withLock { $0.begun.isEmpty || $0.areStuck }
        run()
        for wakeUp in wakeUps { wakeUp.drain() }
        if isFree, let until { clock.pass(until: until) }
    }

    func start(_ body: @escaping @Sendable () -> Void) throws(ProcessError) -> OwnedThread? {
        state.withLock { $0.begun.append(body) }
        return nil
    }
}

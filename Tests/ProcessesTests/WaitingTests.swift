import Processes
import Synchronization
import Testing
import VigilCore

/// Clocks, wake-ups and threads.
struct WaitingTests {
    @Test("the monotonic clock does not go back")
    func clock() {
        let clock = SystemClock()
        let (first, second) = (clock.monotonic(), clock.monotonic())
        #expect(first <= second)
    }

    @Test("a wake-up that was signalled is seen until it is drained, however often it was")
    func wakeUp() throws {
        let (one, other) = (try WakeUp(), try WakeUp())
        let both = [one.fileDescriptor, other.fileDescriptor]
        #expect(try WakeUp.wait(on: both, timeout: .zero).isEmpty)
        other.signal()
        other.signal()
        #expect(try WakeUp.wait(on: both, timeout: nil) == [other.fileDescriptor])
        other.drain()
        #expect(try WakeUp.wait(on: both, timeout: .zero).isEmpty)
    }

    @Test("a thread is joined after it has done its work, and may stand behind others")
    func thread() throws {
        let here = ThreadPriority.niceness
        let told = Told()
        try OwnedThread(niceness: 1) { told.set(ThreadPriority.niceness) }.join()
        #expect(told.value == min(19, here + 1))
    }

    @Test("what repeats goes on until it is let go")
    func periodic() throws {
        let rounds = try WakeUp()
        do {
            let periodic = try PeriodicThread(every: .milliseconds(1)) { rounds.signal() }
            for _ in 0..<3 {
                let heard = try WakeUp.wait(on: [rounds.fileDescriptor], timeout: .seconds(30))
                #expect(!heard.isEmpty)
                rounds.drain()
            }
            withExtendedLifetime(periodic) {}
        }
    }

    @Test("a latch stays shut until it is opened, and open then")
    func latch() throws {
        let latch = Latch()
        let clock = SystemClock()
        #expect(!latch.wait(until: clock.monotonic()))
        try OwnedThread { latch.open() }.join()
        #expect(latch.wait(until: clock.monotonic()))
    }

    @Test("a time that is over has nothing left, and a wait is never rounded down")
    func deadline() {
        #expect(Deadline(after: .seconds(-1)).isOver)
        #expect(!Deadline(after: .seconds(60)).isOver)
        #expect(Duration.nanoseconds(1).milliseconds == 1)
        #expect(Duration.seconds(-1).milliseconds == 0)
        #expect(Duration.seconds(Int64.max).milliseconds == 2_000_000_000)
    }

    private final class Told: Sendable {
        private let kept = Mutex<Int32?>(nil)

        var value: Int32? { kept.withLock { $0 } }

        func set(_ value: Int32) { kept.withLock { $0 = value } }
    }
}

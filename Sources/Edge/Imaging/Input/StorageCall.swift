internal import Processes
internal import Synchronization
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// One piece of work on a thread that may hang with it, and the wait for its end.
final class StorageCall: Sendable {
    /// A file's bytes in memory, whose descriptor is closed by who takes the answer.
    struct File: Sendable {
        let descriptor: Int32
        let size: UInt64
        let age: Duration
        let processorTime: Duration
    }

    /// What came of it.
    struct Answer: Sendable {
        /// Where the root leads now.
        let base: InputPath
        /// Nil when only that was asked.
        let file: File?
    }

    typealias Ending = Result<Answer, ImagingError>

    private enum State {
        case running
        case ended(Ending)
        case givenUp(ImagingError)
    }

    private let state = Mutex(State.running)
    private let settled = Latch()
    private let clock = SystemClock()
    private let begun: MonotonicTime
    private let lastStep: Atomic<Int64>

    init() {
        begun = clock.monotonic()
        lastStep = Atomic(begun.nanoseconds)
    }

    /// On the working thread: one call of the system has returned.
    ///
    /// - Throws: when nobody waits any more, and the work is to end.
    func step() throws(ImagingError) {
        lastStep.store(clock.monotonic().nanoseconds, ordering: .releasing)
        let reason = state.withLock { state -> ImagingError? in
            if case .givenUp(let reason) = state { reason } else { nil }
        }
        if let reason { throw reason }
    }

    /// On the working thread: the work has ended. What nobody waits for is closed.
    func end(_ ending: Ending) {
        let isTaken = state.withLock { state in
            guard case .running = state else { return false }
            state = .ended(ending)
            return true
        }
        if !isTaken, case .success(let answer) = ending, let file = answer.file {
            close(file.descriptor)
        }
        settled.open()
    }

    /// Has who waits go on without an answer; the work goes on to its end.
    func giveUp(_ reason: ImagingError) {
        state.withLock { state in
            if case .running = state { state = .givenUp(reason) }
        }
        settled.open()
    }

    /// What a wait has come to.
    enum Wait {
        case over(Ending)
        /// One call of the system takes longer than it may.
        case hangs
        /// All calls together do.
        case slow
    }

    /// Waits as long as the patience lasts.
    func wait(_ patience: RootPatience) -> Wait {
        while true {
            let last = MonotonicTime(nanoseconds: lastStep.load(ordering: .acquiring))
            let (step, all) = (last + patience.call, begun + patience.file)
            if settled.wait(until: min(step, all)) { return .over(outcome) }
            let now = clock.monotonic()
            if now >= all { return .slow }
            let isStill = lastStep.load(ordering: .acquiring) == last.nanoseconds
            if isStill, now >= step { return .hangs }
        }
    }

    private var outcome: Ending {
        state.withLock { state in
            switch state {
            case .ended(let ending): ending
            case .givenUp(let reason): .failure(reason)
            case .running: .failure(.inputFailed(errno: EINTR))
            }
        }
    }
}

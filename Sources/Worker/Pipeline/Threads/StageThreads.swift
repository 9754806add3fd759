internal import Processes
internal import Synchronization
internal import VigilCore

/// The threads of the stages, ended together.
struct StageThreads: ~Copyable {
    private struct Link: ~Copyable {
        let thread: OwnedThread
        let next: Box?
    }

    private final class Box {
        var link: Link?

        init(_ link: consuming Link) {
            self.link = consume link
        }
    }

    /// Counts the threads that have not ended.
    private final class Running: Sendable {
        let count = Atomic(0)
    }

    private var first: Box?
    private let running = Running()
    private let ended: WakeUp

    /// - Parameter ended: signalled whenever a thread has ended.
    init(ended: WakeUp) {
        self.ended = ended
    }

    /// Starts a thread.
    ///
    /// - Parameter niceness: how far its priority is below that of the thread that starts it.
    mutating func start(
        niceness: Int32 = 0, _ body: @escaping @Sendable () -> Void
    ) throws(ProcessError) {
        running.count.add(1, ordering: .relaxed)
        let thread = try OwnedThread(niceness: niceness) { [running, ended] in
            body()
            running.count.subtract(1, ordering: .releasing)
            ended.signal()
        }
        first = Box(Link(thread: thread, next: first))
    }

    /// Waits until every thread has ended, or for as long as given.
    ///
    /// - Returns: false when some still run. They go on to their end, and the process must end by
    ///   ``ProcessEnd/leave(_:)``, or they would run into the libraries' cleaning up.
    consuming func join(within bound: Duration, clock: any VigilClock) -> Bool {
        let deadline = clock.monotonic() + bound
        while running.count.load(ordering: .acquiring) > 0 {
            let left = deadline - clock.monotonic()
            guard left > .zero else {
                detach()
                return false
            }
            // An error of poll(2) ends the wait, and the loop looks again.
            _ = try? WakeUp.wait(on: [ended.fileDescriptor], timeout: left)
            ended.drain()
        }
        var box = first
        while let link = box?.link.take() {
            box = link.next
            link.thread.join()
        }
        return true
    }

    private func detach() {
        var box = first
        while let link = box?.link.take() {
            box = link.next
            link.thread.detach()
        }
    }
}

internal import Processes
internal import Synchronization
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Threads for calls that may hang. One that is at a call that never returns is lost to the others,
/// so there is always one more; those that have nothing to do wait for the next call.
final class HelperThreads: Sendable {
    /// More than these do not wait for work.
    private static let idleMax = 8

    /// One thread, and what it does next: nothing means that it is to end.
    private final class Helper: Sendable {
        let niceness: Int32
        let next = Mutex<(@Sendable () -> Void)?>(nil)
        let wakeUp = CountingSemaphore(0)

        init(niceness: Int32) {
            self.niceness = niceness
        }

        func give(_ work: (@Sendable () -> Void)?) {
            next.withLock { $0 = work }
            wakeUp.signal()
        }
    }

    /// Those that wait. Helpers keep it alive, and not their owner.
    private final class Idle: Sendable {
        /// Nil once nobody is to wait any more.
        let helpers = Mutex<[Helper]?>([])

        /// - Returns: whether the helper is to wait.
        func add(_ helper: Helper) -> Bool {
            helpers.withLock { helpers in
                guard let count = helpers?.count, count < HelperThreads.idleMax else {
                    return false
                }
                helpers?.append(helper)
                return true
            }
        }
    }

    private let idle = Idle()

    deinit {
        for helper in idle.helpers.withLock({ $0.take() }) ?? [] { helper.give(nil) }
    }

    /// Has a thread of the caller's own priority do something. Never waits for it.
    ///
    /// - Throws: `inputFailed` when the system gives no thread.
    func run(_ work: @escaping @Sendable () -> Void) throws(ImagingError) {
        // A thread has the priority of the one that started it, and a stat study's must not wait
        // behind the model.
        let niceness = ThreadPriority.niceness
        let waiting = idle.helpers.withLock { helpers -> Helper? in
            guard let place = helpers?.lastIndex(where: { $0.niceness == niceness }) else {
                return nil
            }
            return helpers?.remove(at: place)
        }
        if let waiting {
            waiting.give(work)
        } else {
            try Self.start(Helper(niceness: niceness), first: work, idle: idle)
        }
    }

    private static func start(
        _ helper: Helper, first work: @escaping @Sendable () -> Void, idle: Idle
    ) throws(ImagingError) {
        helper.give(work)
        do throws(ProcessError) {
            try OwnedThread { serve(helper, idle) }.detach()
        } catch {
            // What pthread_create(3) says of a thread without attributes.
            throw .inputFailed(errno: EAGAIN)
        }
    }

    private static func serve(_ helper: Helper, _ idle: Idle) {
        while true {
            helper.wakeUp.wait()
            guard let work = helper.next.withLock({ $0.take() }) else { return }
            work()
            guard idle.add(helper) else { return }
        }
    }
}

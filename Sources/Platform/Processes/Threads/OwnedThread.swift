internal import Glibc

/// A thread of our own, joined by its owner. Blocking work runs here and never on Swift's
/// cooperative pool, whose few threads must not wait.
package struct OwnedThread: ~Copyable {
    private let handle: pthread_t

    /// What the thread runs, kept alive until it starts.
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Starts a thread.
    /// - Parameter niceness: how far its priority is below that of the thread that starts it
    ///   (nice(2)).
    /// - Throws: ``ProcessError/threadRefused`` when the system has no thread left.
    package init(
        niceness: Int32 = 0, _ body: @escaping @Sendable () -> Void
    ) throws(ProcessError) {
        let box = Unmanaged.passRetained(
            Body {
                ThreadPriority.lower(by: niceness)
                body()
            })
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            throw .threadRefused
        }
        handle = thread
    }

    /// Waits until the thread has ended.
    package consuming func join() {
        pthread_join(handle, nil)
    }

    /// Lets the thread run for the life of the process.
    package consuming func detach() {
        pthread_detach(handle)
    }
}

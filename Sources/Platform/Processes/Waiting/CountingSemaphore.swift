#if canImport(Glibc)
    internal import Glibc
#endif

/// A semaphore of the system (sem_overview(7)). Blocks threads, so never wait on Swift's own pool.
package final class CountingSemaphore: @unchecked Sendable {
    // The pointer never changes and the system's calls on it are thread-safe.
    private let semaphore: UnsafeMutablePointer<sem_t>

    /// - Parameter count: how many may pass before the first signal.
    package init(_ count: Int) {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, UInt32(clamping: count))
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Waits until one may pass.
    package func wait() {
        while sem_wait(semaphore) != 0 && errno == EINTR {}
    }

    /// Lets one more pass. From any thread.
    package func signal() {
        sem_post(semaphore)
    }
}

internal import Processes

/// A thread of a role, which an array may hold.
final class RoleThread {
    private var thread: OwnedThread?

    init(_ body: @escaping @Sendable () -> Void) throws(ProcessError) {
        thread = try OwnedThread(body)
    }

    /// Waits until it has ended.
    func join() {
        let owned = thread.take()
        owned?.join()
    }
}

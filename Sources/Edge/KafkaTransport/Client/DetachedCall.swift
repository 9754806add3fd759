internal import Processes

/// A call into librdkafka that may never return: it runs on a thread of its own, and is waited for
/// within a bound. A call that does not end in time is left to that thread, with all it uses.
struct DetachedCall: Sendable {
    private let finished: WakeUp
    private let body: @Sendable () -> Void

    /// - Parameters:
    ///   - finished: of this call alone, made beforehand, since it cannot be when descriptors are
    ///     short.
    ///   - body: owns or keeps alive what it uses.
    init(finished: WakeUp, _ body: @escaping @Sendable () -> Void) {
        self.finished = finished
        self.body = body
    }

    /// Makes the call, once; on the calling thread if there can be no other.
    ///
    /// - Returns: whether it ended in time.
    @discardableResult
    func run(within bound: Duration) -> Bool {
        do throws(ProcessError) {
            try OwnedThread { [body, finished] in
                body()
                finished.signal()
            }.detach()
        } catch {
            body()
            return true
        }
        let ready = try? WakeUp.wait(on: [finished.fileDescriptor], timeout: bound)
        return ready?.isEmpty == false
    }
}

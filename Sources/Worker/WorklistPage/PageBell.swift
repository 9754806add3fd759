internal import HTTPServer
internal import Synchronization

/// Tells the server that there is news. Any thread.
final class PageBell: Sendable {
    private let service = Mutex<HTTPService?>(nil)

    /// Names the server, or nil as it ends.
    func hang(_ service: HTTPService?) {
        let before = self.service.withLock { held in
            defer { held = service }
            return held
        }
        // The last owner waits for the server's thread, which must not be under the lock.
        _ = before
    }

    func ring() {
        let service = service.withLock { $0 }
        service?.wake()
    }
}

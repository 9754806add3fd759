internal import CMicroHTTPD
internal import Synchronization

/// Connections that have nothing to say until there is news. The server's thread suspends them, any
/// thread lets them go on.
final class WaitingConnections: Sendable {
    private struct State {
        /// Rises with all news, so that what comes while a connection looks for it is not missed.
        var news: UInt64 = 0
        /// Addresses, which an owner of this class never reads from.
        var suspended: [UInt] = []
        var isOver = false
    }

    private let state = Mutex(State())

    /// What a connection notes before it looks whether there is something to say.
    var news: UInt64 { state.withLock { $0.news } }

    /// Whether no connection waits any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Suspends a connection, unless there was news since it looked.
    ///
    /// - Returns: whether it is suspended.
    func suspend(_ connection: OpaquePointer, unlessNewsSince seen: UInt64) -> Bool {
        let address = UInt(bitPattern: connection)
        return state.withLock { state in
            guard state.news == seen, !state.isOver else { return false }
            state.suspended.append(address)
            if let connection = OpaquePointer(bitPattern: address) {
                MHD_suspend_connection(connection)
            }
            return true
        }
    }

    /// There is news: all that wait look again.
    func wake() { resume(isOver: false) }

    /// The server ends: all that wait go on, and none waits again.
    func end() { resume(isOver: true) }

    private func resume(isOver: Bool) {
        state.withLock { state in
            state.news += 1
            state.isOver = state.isOver || isOver
            for address in state.suspended {
                guard let connection = OpaquePointer(bitPattern: address) else { continue }
                MHD_resume_connection(connection)
            }
            state.suspended = []
        }
    }
}

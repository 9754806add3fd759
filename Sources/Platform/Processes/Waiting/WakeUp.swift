internal import CLinux
internal import Glibc
internal import VigilCore

/// A file descriptor that becomes readable when something happened: Linux eventfd(2).
///
/// librdkafka's queues write to it when they turn from empty to non-empty, and any thread may
/// ``signal()``. The thread that waits calls ``drain()`` first and looks at its queues afterwards,
/// in that order, so that nothing that comes in between is missed.
package final class WakeUp: Sendable {
    /// For poll(2). Owned by this object; never close it.
    package let fileDescriptor: Int32

    /// What whoever signals writes: eventfd(2) adds this number to its counter.
    package static let payload: UInt64 = 1

    /// Makes a wake-up that is not signalled.
    package init() throws(ProcessError) {
        fileDescriptor = vigil_event_counter()
        if fileDescriptor < 0 {
            throw .callFailed(call: "eventfd", errno: errno)
        }
    }

    deinit {
        if fileDescriptor >= 0 { close(fileDescriptor) }
    }

    /// Makes the descriptor readable. From any thread; never blocks.
    package func signal() {
        var one = Self.payload
        // A full counter (EAGAIN) is readable already, which is all that is asked for.
        while write(fileDescriptor, &one, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
    }

    /// Makes the descriptor unreadable until the next signal. Never blocks.
    package func drain() {
        var count: UInt64 = 0
        while read(fileDescriptor, &count, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
    }

    /// Blocks until one of the descriptors is readable, closed or broken, or the time is over.
    ///
    /// - Parameters:
    ///   - descriptors: eventfds, sockets or pipes.
    ///   - timeout: nil waits for ever, zero only looks.
    /// - Returns: the descriptors that are ready, in the given order; empty when the time is over.
    package static func wait(
        on descriptors: [Int32], timeout: Duration?
    ) throws(ProcessError) -> [Int32] {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let deadline = timeout.map { Deadline(after: $0) }
        while true {
            let count = poll(&polled, nfds_t(polled.count), deadline?.remainingMilliseconds ?? -1)
            if count > 0 {
                return polled.filter { $0.revents != 0 }.map(\.fd)
            }
            if count < 0, errno != EINTR {
                throw .callFailed(call: "poll", errno: errno)
            }
            if let deadline, deadline.isOver { return [] }
        }
    }
}

package import KafkaTransport
package import Processes
package import VigilCore

/// What the transport thread asks of the operating system, so that a test can turn its clock and
/// say when a call that runs beside it is over.
package protocol TransportThreads: Sendable {
    /// Waits until one of these is signalled or the time has come, and takes the signals away.
    ///
    /// - Parameter until: nil waits for ever, a time that is over only looks.
    func wait(for wakeUps: [WakeUp], until: MonotonicTime?) throws(KafkaError)
    /// Does something beside the transport thread.
    ///
    /// - Returns: the thread to be joined when it is over; nil when there is none.
    func start(_ body: @escaping @Sendable () -> Void) throws(ProcessError) -> OwnedThread?
}

package import Processes
internal import Synchronization
package import VigilCore
package import WorkerCore

/// What the worker's threads share: the decisions under one lock, and a wake-up for each thread.
package final class LockedCore: Sendable {
    /// The decisions, for real studies.
    package typealias Core = WorkerCore<PreparedSlice, StudyOutcome>

    private let core: Mutex<Core>
    private let end = Mutex<End?>(nil)
    /// Wakes the thread that speaks to Kafka.
    package let transport: WakeUp
    /// Wakes the inference thread.
    package let inference: WakeUp
    /// Wakes the thread that asks a site's own generator of reports.
    package let drafting: WakeUp
    /// Wake the decoding threads, one each.
    package let decoders: [WakeUp]

    /// Studies that are read in part.
    package let readings = ReadingShelf()

    /// Why the threads end.
    package enum End: Sendable {
        /// All is done or was given up in order.
        case finished
        /// A stage cannot go on.
        case failed(any VigilError)
    }

    /// - Parameter decoders: the number of decoding threads.
    package init(limits: WorkerLimits, decoders count: Int) throws(ProcessError) {
        core = Mutex(Core(limits: limits))
        transport = try WakeUp()
        inference = try WakeUp()
        drafting = try WakeUp()
        var wakeUps: [WakeUp] = []
        for _ in 0..<max(1, count) { wakeUps.append(try WakeUp()) }
        decoders = wakeUps
    }

    /// Asks or tells the decisions, under the lock. Never blocks for longer than the call takes.
    package func decide<Result: Sendable>(_ body: (inout sending Core) -> sending Result) -> Result
    {
        core.withLock { body(&$0) }
    }

    /// Forgets what was read of studies that nobody waits for.
    package func forgetReadings() {
        let left = readings.tickets
        readings.forget(decide { core in left.filter { !core.isOpen($0) } })
    }

    /// Wakes every decoding thread.
    package func wakeDecoders() {
        for wakeUp in decoders { wakeUp.signal() }
    }

    /// Tells all threads to end; the first reason stands.
    package func stop(_ reason: End) {
        end.withLock { $0 = $0 ?? reason }
        transport.signal()
        inference.signal()
        drafting.signal()
        wakeDecoders()
    }

    /// Why the threads are to end; nil while they go on.
    package var ended: End? { end.withLock { $0 } }
}

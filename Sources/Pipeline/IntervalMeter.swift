package import Energy
internal import Synchronization
package import VigilCore
package import Wire

/// Measures the worker over whole spans of time, busy or idle, for the interval records of the
/// energy topic. The inference thread adds what batches took; the transport thread takes the
/// records.
package final class IntervalMeter: Sendable {
    private struct Open: Sendable {
        var mark: EnergyMark
        var from: Timestamp
        var due: MonotonicTime
        var studies = 0
        var active = Joules.zero
    }

    private let meter: any EnergyMeter
    private let worker: String
    private let length: Duration
    private let clock: any VigilClock
    private let open: Mutex<Open>

    /// Begins the first interval, which is over at once: its record tells what starting up cost.
    ///
    /// - Parameters:
    ///   - worker: the worker's slot.
    ///   - start: when the process began its work.
    package init(
        meter: any EnergyMeter, worker: String, length: Duration, start: (EnergyMark, Timestamp),
        clock: any VigilClock
    ) {
        self.meter = meter
        self.worker = worker
        self.length = length
        self.clock = clock
        open = Mutex(Open(mark: start.0, from: start.1, due: clock.monotonic()))
    }

    /// Adds a batch to the running interval.
    package func add(studies: Int, joules: Joules) {
        open.withLock {
            $0.studies += studies
            $0.active += joules
        }
    }

    /// When the running interval ends.
    package var nextDue: MonotonicTime { open.withLock { $0.due } }

    /// Whether the running interval is over.
    package func isDue(now: MonotonicTime) -> Bool { nextDue <= now }

    /// The record of an interval that is over, and begins the next; empty before that.
    package func take(now: MonotonicTime) -> [EnergyRecord] {
        guard isDue(now: now) else { return [] }
        let (mark, to) = (meter.begin(), clock.wall())
        let ended = open.withLock { open in
            defer { open = Open(mark: mark, from: to, due: now + length) }
            return open
        }
        let measured = meter.end(ended.mark)
        return [
            EnergyRecord(
                subject: .interval(
                    EnergyRecord.Interval(
                        worker: worker, from: ended.from, to: to, studies: ended.studies,
                        active: ended.active)),
                reading: measured.reading, machine: measured.machine, cpuShare: measured.cpuShare,
                cpuTime: measured.cpuTime, memory: measured.memory, basis: measured.basis.text)
        ]
    }
}

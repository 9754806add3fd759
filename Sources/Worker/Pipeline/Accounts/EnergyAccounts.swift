package import Energy
internal import Synchronization
package import VigilCore
package import WorkerCore

/// Keeps the worker's energy accounts: what studies were measured to cost, what they are charged,
/// and a record for each window (``EnergyWindow``) or span without studies.
///
/// The inference thread adds what batches took; the transport thread settles: it charges a
/// transaction's studies, publishes the charges with the records, and keeps the new state only when
/// the transaction is committed. A record holds: charged studies + idle = energy of the window;
/// energy of studies that are not published yet is in a later one (`carried_joules`).
package final class EnergyAccounts: Sendable {
    /// The accounts of a transaction, in force once it is committed.
    package struct Settlement: Sendable {
        /// What each study is charged.
        package var charges: [StudyTicket: StudyCharge] = [:]
        /// The window that the charges belong to.
        package var window = ""
        /// The records of windows that are over, at most one.
        package var records: [EnergyRecord] = []
        /// When it was made.
        package var settledAt: Timestamp
        /// Makes grams of joules.
        package var carbon: CarbonAccount
        fileprivate var next: Open?
    }

    fileprivate struct Open: Sendable {
        var window: EnergyWindow
        var mark: EnergyMark
        var from: Timestamp
        var due: MonotonicTime
        var number = 0
        /// Of all that was measured so far: what belongs to studies that are published.
        var settled = StageEnergy()
        /// What was measured when the window was opened.
        var measuredBefore = StageEnergy()
        /// Transactions' energy that the window knows of.
        var publishing = Part()
    }

    /// Energy with its bounds, in joules.
    package struct Part: Sendable {
        var value = 0.0
        var low = 0.0
        var high = 0.0

        static func + (left: Part, right: Part) -> Part {
            Part(
                value: left.value + right.value, low: left.low + right.low,
                high: left.high + right.high)
        }
    }

    private let meter: any EnergyMeter
    private let worker: String
    private let run: String
    private let length: Duration
    private let carbon: CarbonAccount
    private let clock: any VigilClock
    private let open: Mutex<Open>
    /// Everything that was put down to studies so far.
    private let measured = Mutex(StageEnergy())
    private let published = Mutex(Part())

    /// Begins the first span, which is over at once: its record tells what starting up cost.
    ///
    /// - Parameters:
    ///   - worker: the worker's slot.
    ///   - window: with the rate of its first studies.
    ///   - start: when the process began its work.
    package init(
        meter: any EnergyMeter, worker: String, window: EnergyWindow, length: Duration,
        start: (EnergyMark, Timestamp), carbon: CarbonAccount, clock: any VigilClock
    ) {
        self.meter = meter
        self.worker = worker
        self.length = length
        self.carbon = carbon
        self.clock = clock
        run = "\(worker)-\(start.1.microseconds)"
        open = Mutex(
            Open(window: window, mark: start.0, from: start.1, due: clock.monotonic()))
    }

    /// Adds what was put down to the studies of a batch.
    package func add(_ energy: StageEnergy) {
        measured.withLock { $0 = $0 + energy }
    }

    /// Notes where a transaction begins, on the thread that makes it.
    package func beginPublishing() -> (EnergyMark, Duration) {
        (meter.begin(), SystemProcessorTimes.thread())
    }

    /// Puts down the transaction's part by this thread's processor time; the studies of the next
    /// transactions bear it.
    package func endPublishing(_ begun: (mark: EnergyMark, processor: Duration)) {
        let part = meter.end(begun.mark).part(
            of: SystemProcessorTimes.thread() - begun.processor)
        published.withLock {
            $0 =
                $0
                + Part(
                    value: part.joules.value, low: part.low.value, high: part.high.value)
        }
        add(StageEnergy(publish: part.joules.value))
    }

    /// When the running span ends if no study comes.
    package var nextDue: MonotonicTime { open.withLock { $0.due } }

    /// Nothing can be told yet of a span that is over: it is looked at again after as long.
    package func extend(now: MonotonicTime) {
        open.withLock { if $0.due <= now { $0.due = now + length } }
    }

    /// Charges studies and closes the window if it is over.
    ///
    /// - Parameters:
    ///   - costs: the finished studies of a transaction.
    ///   - isAtRest: nothing else is in flight; energy of studies that were given up becomes idle.
    ///   - isLast: the worker ends: the window closes, whatever its size.
    package func settle(
        _ costs: [(StudyTicket, StudyCost)], now: MonotonicTime, isAtRest: Bool = false,
        isLast: Bool = false
    ) -> Settlement {
        var state = open.withLock { $0 }
        var settlement = Settlement(
            window: "\(run)-\(state.number)", settledAt: clock.wall(), carbon: carbon)
        let soFar = published.withLock { $0 }
        let fresh = (
            soFar.value - state.publishing.value, soFar.low - state.publishing.low,
            soFar.high - state.publishing.high
        )
        state.publishing = soFar
        state.window.add(StageEnergy(publish: fresh.0), low: fresh.1, high: fresh.2)
        state.settled = state.settled + StageEnergy(publish: fresh.0)
        let after = state.window.studies + costs.count
        let isShort = (1..<state.window.studiesMin).contains(after)
        let isOver = state.due <= now
        let isFull = after >= state.window.studiesMin
        let span = isFull || isLast || (isOver && !isShort) ? measure(&state) : nil
        let (charges, ended) = state.window.charge(costs.map(\.1))
        for ((ticket, cost), charge) in zip(costs, charges) {
            settlement.charges[ticket] = charge
            state.settled = state.settled + cost.energy
        }
        if let span {
            let totals = ended ?? (isLast ? state.window.close() : nil)
            let record = close(
                &state, span, totals, now: now, isAtRest: isAtRest, isShort: isShort,
                name: settlement.window)
            settlement.records = [record]
        } else if isOver {
            state.due = now + length
        }
        settlement.next = state
        return settlement
    }

    /// Keeps the accounts of a committed transaction.
    package func adopt(_ settlement: Settlement) {
        guard let next = settlement.next else { return }
        open.withLock { $0 = next }
    }

    /// What passed since the window was opened.
    private struct Span {
        let mark: EnergyMark
        let end: Timestamp
        let whole: EnergyMeasurement
        /// All that was put down to studies by now.
        let measured: StageEnergy
        /// What was not put down to studies in the window.
        let idle: Double
    }

    /// Measures the open window. Spans of several threads overlap, and each thread takes its part
    /// of its own span, so that their sum may exceed the whole; the whole counts, and studies are
    /// charged that much less.
    private func measure(_ state: inout Open) -> Span {
        let (mark, end) = (meter.begin(), clock.wall())
        let whole = meter.end(state.mark)
        let soFar = measured.withLock { $0 }
        let rest = whole.reading.joules.value - (soFar - state.measuredBefore).total
        state.window.correct(by: min(0, rest))
        return Span(mark: mark, end: end, whole: whole, measured: soFar, idle: max(0, rest))
    }

    private func close(
        _ state: inout Open, _ span: Span, _ totals: EnergyWindow.Totals?, now: MonotonicTime,
        isAtRest: Bool, isShort: Bool, name: String
    ) -> EnergyRecord {
        let (whole, to) = (span.whole, span.end)
        var idle = span.idle
        if isAtRest {
            // Nothing is in flight: what no study was charged for is nobody's.
            idle += max(0, (span.measured - state.settled).total) + state.window.release()
            state.settled = span.measured
        }
        let charged = totals?.charged ?? StageEnergy()
        let energy = charged.total + idle
        let scale = whole.reading.joules > .zero ? idle / whole.reading.joules.value : 0
        var record = EnergyRecord(
            subject: .interval(
                EnergyRecord.Interval(
                    worker: worker, from: state.from, to: to, studies: totals?.studies ?? 0,
                    active: Joules(charged.total))),
            reading: EnergyReading(
                joules: Joules(energy),
                low: Joules(min(energy, (totals?.low ?? 0) + whole.reading.low.value * scale)),
                high: Joules(max(energy, (totals?.high ?? 0) + whole.reading.high.value * scale)),
                method: whole.reading.method, zones: whole.reading.zones,
                duration: whole.reading.duration),
            machine: isShort ? nil : whole.machine, cpuShare: whole.cpuShare,
            cpuTime: whole.cpuTime, memory: isShort ? nil : whole.memory, basis: whole.basis.text,
            window: name, stages: charged.record,
            measured: isShort ? nil : whole.reading.joules,
            carried: isShort ? nil : Joules(energy - whole.reading.joules.value))
        record.carbon = carbon.record(
            record.reading, held: record.reading.duration, studies: totals?.studies, at: to)
        (state.mark, state.from, state.due) = (span.mark, to, now + length)
        state.number += 1
        state.measuredBefore = span.measured
        return record
    }
}

extension StageEnergy {
    /// As a record tells it.
    var record: EnergyRecord.Stages {
        EnergyRecord.Stages(
            decode: Joules(decode), inference: Joules(inference), publish: Joules(publish))
    }
}

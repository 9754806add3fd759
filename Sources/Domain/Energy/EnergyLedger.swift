internal import Synchronization
internal import VigilCore

/// This process's energy since its meter was made, as one sum that never falls, so that whatever
/// parts a time is cut into sum to the whole, however the load of others changes between them.
/// Thread-safe.
///
/// What depends on the load is not in proportion to time: 1 s at a tenth of the machine and 1 s at
/// all of it do not cost what 2 s at the mean would. So the sum is brought forward at every mark,
/// in steps that the processors' ticks of 10 ms can tell apart. Within a step it is the least that
/// the whole step can come to, so that it goes on rising with what this process does.
final class EnergyLedger: Sendable {
    private struct State {
        /// Where the open step began; nil before the first mark.
        var start: EnergyMark?
        /// Joules of all steps before.
        var settled = 0.0
        /// The most that was said.
        var joules = 0.0
    }

    /// How long a step is at least.
    private static let step = Duration.milliseconds(250)

    private let state = Mutex(State())

    /// Brings the sum forward to a point in time.
    ///
    /// - Parameter joules: what passed between two marks, not below 0; with `false` the least that
    ///   it can have been, whatever else the processors did.
    /// - Returns: the mark with the sum at it.
    func enter(
        _ mark: EnergyMark, _ joules: (EnergyMark, EnergyMark, Bool) -> Double
    ) -> EnergyMark {
        state.withLock { state in
            let start = state.start ?? mark
            // A step that saw a fault is over, or those after it would be estimated as well.
            let isBroken = start.counters?.faults != mark.counters?.faults
            let isOver = isBroken || mark.time - start.time >= Self.step
            let value = state.settled + joules(start, mark, isOver)
            state.joules = max(state.joules, value)
            if state.start == nil || isOver { (state.start, state.settled) = (mark, value) }
            var entered = mark
            entered.joules = state.joules
            return entered
        }
    }
}

internal import VigilCore

/// When a delivery that failed is tried again. Pure.
struct RetrySchedule: Sendable, Equatable {
    /// After the first failure.
    var first = Duration.milliseconds(500)
    /// At most.
    var longest = Duration.seconds(60)
    /// For so long a counterpart may answer that it cannot take a record; one that does not answer
    /// is waited for without end.
    var giveUpAfter = Duration.seconds(86_400)

    /// The pause after so many failures in a row: twice the one before, from half of it to all of
    /// it, so that many gateways do not come back at one moment.
    ///
    /// - Parameter chance: a number of 0..<1.
    func pause(after failures: Int, chance: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 30)
        let whole = min(first * (1 << doublings), longest)
        return whole / 2 + whole / 2 * min(max(chance, 0), 1)
    }
}

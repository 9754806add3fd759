internal import VigilCore

/// Whether a counterpart can be spoken to, as of the last attempt. Pure.
struct CounterpartStanding {
    /// Attempts in a row that it did not answer.
    private(set) var silences = 0
    /// Until when nobody asks it.
    var quietUntil: MonotonicTime?
    private var isKnown = false

    /// An attempt has ended.
    ///
    /// - Returns: whether that is news.
    mutating func note(isAnswered: Bool) -> Bool {
        let isNews = !isKnown || (silences == 0) != isAnswered
        silences = isAnswered ? 0 : silences + 1
        isKnown = true
        quietUntil = nil
        return isNews
    }
}

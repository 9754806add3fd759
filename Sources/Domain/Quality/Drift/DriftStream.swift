internal import VigilCore

/// One quantity of one kind of study in one partition: how often which numbers came, and what
/// betting against their random order has won. Its size does not grow with the studies.
struct DriftStream: Sendable, Hashable {
    private(set) var ranks: RankCounts
    private(set) var bets: DriftBets
    /// The calibration that answered last; nil: none did.
    private(set) var calibration: Digest?

    init() {
        ranks = RankCounts()
        bets = DriftBets()
    }

    init(ranks: RankCounts, bets: DriftBets, calibration: Digest?) {
        self.ranks = ranks
        self.bets = bets
        self.calibration = calibration
    }

    /// Takes the next number in.
    ///
    /// - Parameter part: drawn evenly from 0 to 1, and not by the number.
    mutating func take(
        _ value: Double, part: Double, calibration: Digest?, at time: Timestamp
    ) {
        let rank = ranks.rank(of: value, part: part)
        bets.bet(on: rank, place: ranks.total, at: time)
        self.calibration = calibration
    }

    /// What was bet on it comes to.
    var evidence: Double { bets.value(after: ranks.total) }
}

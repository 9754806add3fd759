internal import VigilCore

/// Money that is bet against the order of numbers being random: a test martingale of their ranks.
/// It begins with 1; in random order it reaches 20 with a probability of 1 in 20 at most, however
/// long it goes on (Ville 1939), and so its value at any time is evidence, an e-value.
///
/// A part of it is laid out with each number (at a change long after the beginning enough is left)
/// and goes evenly to ways of betting: that ranks become greater, or less, slightly or much; that
/// they go to the ends, or to the middle; and that few numbers go far to one end (Vovk, Nouretdinov
/// and Gammerman, Testing exchangeability on-line, 2003; Vovk et al., Retrain or not retrain,
/// 2021). What is laid out when is a mixture over times of a change, as by Shin, Ramdas and Rinaldo
/// (E-detectors, 2022).
struct DriftBets: Sendable, Hashable {
    /// Of so many numbers ranks are learnt from before anything is bet.
    static let learning = 64
    static let ways = 8
    /// How long the times of a change are taken to be alike probable at first.
    private static let patience = 256.0
    /// More would not stay a number.
    static let capitalMax = 1e300
    /// Ranks nearer to an end than this are taken as there.
    private static let rankMin = 0x1p-40

    /// What each way has.
    private(set) var capital: [Double]
    /// How each way would stand had it begun when it was best to, and then.
    private(set) var runs: [Run]

    /// A way's best run until now.
    struct Run: Sendable, Hashable {
        var factor: Double
        var since: Timestamp
    }

    init() {
        capital = Array(repeating: 0, count: Self.ways)
        runs = Array(
            repeating: Run(factor: 1, since: Timestamp(milliseconds: 0)), count: Self.ways)
    }

    /// Of what was kept; nil unless it is of these ways and numbers.
    init?(capital: [Double], runs: [Run]) {
        guard capital.count == Self.ways, runs.count == Self.ways,
            (capital + runs.map(\.factor)).allSatisfy({ (0...Self.capitalMax).contains($0) })
        else { return nil }
        self.capital = capital
        self.runs = runs
    }

    /// Bets on the next rank.
    ///
    /// - Parameters:
    ///   - rank: 0 to 1, of the number of this place, counted from 1.
    ///   - time: of the number.
    mutating func bet(on rank: Double, place: Int, at time: Timestamp) {
        guard place > Self.learning else { return }
        let laidOut = (Self.reserve(place - 1) - Self.reserve(place)) / Double(Self.ways)
        for way in 0..<Self.ways {
            let factor = Self.factor(way, min(1 - Self.rankMin, max(Self.rankMin, rank)))
            capital[way] = min(Self.capitalMax, (capital[way] + laidOut) * factor)
            if runs[way].factor <= 1 { runs[way] = Run(factor: 1, since: time) }
            runs[way].factor = min(Self.capitalMax, runs[way].factor * factor)
        }
    }

    /// What there is after so many numbers: the e-value.
    func value(after count: Int) -> Double {
        min(Self.capitalMax, Self.reserve(count) + capital.reduce(0, +))
    }

    /// Since when numbers have been as the way that won most says.
    var since: Timestamp? { runs.max { $0.factor < $1.factor }?.since }

    /// What is not laid out after so many numbers.
    private static func reserve(_ count: Int) -> Double {
        count <= learning
            ? 1
            : PortableMath.log(patience) / PortableMath.log(patience + Double(count - learning))
    }

    /// What a way makes of 1 with a rank; on the average of even ranks 1, or a little less at the
    /// ends.
    private static func factor(_ way: Int, _ rank: Double) -> Double {
        let middle = rank - 0.5
        let spread = abs(2 * middle) - 0.5
        return switch way {
        case 0: 1 + middle
        case 1: 1 - middle
        case 2: 1 + 1.9 * middle
        case 3: 1 - 1.9 * middle
        case 4: 1 + 1.5 * spread
        case 5: 1 - 1.5 * spread
        case 6: 0.5 / rank.squareRoot()
        default: 0.5 / (1 - rank).squareRoot()
        }
    }
}

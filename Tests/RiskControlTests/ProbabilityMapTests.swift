import RiskControl
import Testing
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// Scores as calibrated probabilities.
struct ProbabilityMapTests {
    /// Studies whose true log-odds are a line of those that the score says.
    private func made(slope: Double, intercept: Double, count: Int = 8000) -> [ScoredStudy] {
        var generator = SplitMix64(seed: 21)
        return (0..<count).map { index in
            let odds = 8 * generator.unit() - 4
            let truth = ProbabilityMap.logistic(slope * odds + intercept)
            return ScoredStudy(
                score: Float(ProbabilityMap.logistic(odds)),
                isPositive: generator.unit() < truth, patient: index, stratum: nil)
        }
    }

    @Test("a temperature is found again")
    func temperature() {
        let (map, loss) = ProbabilityMapFit.choose(made(slope: 0.5, intercept: 0))
        #expect(loss.after < loss.before)
        for score in [0.05, 0.5, 0.9] {
            let odds = log(score / (1 - score))
            let wanted = ProbabilityMap.logistic(0.5 * odds)
            #expect(abs((map.probability(score) ?? 0) - wanted) < 0.03)
        }
    }

    @Test("a shift needs beta calibration, and gets it")
    func beta() throws {
        let (map, loss) = ProbabilityMapFit.choose(made(slope: 1.5, intercept: -2))
        guard case .beta = map else {
            Issue.record("\(map)")
            return
        }
        #expect(loss.after < loss.before)
        for score in [0.1, 0.5, 0.9] {
            let odds = log(score / (1 - score))
            let wanted = ProbabilityMap.logistic(1.5 * odds - 2)
            #expect(abs((map.probability(score) ?? 0) - wanted) < 0.03)
        }
    }

    @Test("scores that are right already, or too few, stay as they are or nearly so")
    func none() {
        let (map, _) = ProbabilityMapFit.choose(made(slope: 1, intercept: 0))
        #expect(abs((map.probability(0.8) ?? 0) - 0.8) < 0.02)
        let few = Array(made(slope: 0.3, intercept: 1).prefix(30))
        #expect(ProbabilityMapFit.choose(few).map == .none)
    }

    @Test("the choice has the same bits each time, and no map turns an order round")
    func order() {
        for (slope, intercept) in [(0.2, 0), (3, 1), (-1, 0), (0.0, -3.0)] {
            let studies = made(slope: slope, intercept: intercept, count: 1000)
            let first = ProbabilityMapFit.choose(studies)
            #expect(first == ProbabilityMapFit.choose(studies))
            var last = 0.0
            for step in 0...1000 {
                let next = first.map.probability(Double(step) / 1000) ?? -1
                #expect(next >= last && next <= 1)
                last = next
            }
        }
    }

    @Test("what is no score has no probability")
    func outside() {
        for map in [ProbabilityMap.none, .temperature(2), .beta(a: 1, b: 2, c: 3)] {
            for score in [Double.nan, .infinity, -0.1, 1.1] {
                #expect(map.probability(score) == nil)
            }
            #expect((0...1).contains(map.probability(0) ?? -1))
            #expect((0...1).contains(map.probability(1) ?? -1))
        }
    }
}

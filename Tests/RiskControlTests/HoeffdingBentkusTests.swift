import RiskControl
import Testing
import VigilCore

/// P-values. `Deploy/bench/conformal` holds them against another program's over a grid.
struct HoeffdingBentkusTests {
    @Test(
        "bounded losses have the least of both bounds",
        arguments: [
            // By the formulas in Python, with exact fractions for the tail.
            (100, 1.5, 0.05, 0.1724346480124432), (400, 10.25, 0.05, 0.0486858595527835),
            (1000, 0.5, 0.01, 0.00031987842071294306), (50, 4.9, 0.1, 0.9988828614223574),
        ])
    func bounded(count: Int, sum: Double, alpha: Double, expected: Double) {
        let found = HoeffdingBentkus.pValue(sum: sum, of: count, alpha: alpha)
        #expect(abs(found - expected) <= 1e-12 * expected, "\(found)")
    }

    @Test("losses of 0 and 1 have the binomial tail, which no bound undercuts")
    func binary() {
        for count in [59, 82, 299, 1000] {
            for losses in 0...(count / 10) {
                let tail = BinomialTail.atMost(losses, of: count, share: 0.05)
                let found = HoeffdingBentkus.pValue(losses: losses, of: count, alpha: 0.05)
                #expect(abs(found - tail) <= 1e-12 * tail)
                let bounded = HoeffdingBentkus.pValue(
                    sum: Double(losses), of: count, alpha: 0.05)
                #expect(bounded >= found)
            }
        }
    }

    @Test("what is no count or no loss proves nothing")
    func outside() {
        #expect(HoeffdingBentkus.pValue(losses: 0, of: 0, alpha: 0.05) == 1)
        #expect(HoeffdingBentkus.pValue(losses: -1, of: 9, alpha: 0.05) == 1)
        #expect(HoeffdingBentkus.pValue(losses: 10, of: 9, alpha: 0.05) == 1)
        for sum in [Double.nan, .infinity, -1, 9.5] {
            #expect(HoeffdingBentkus.pValue(sum: sum, of: 9, alpha: 0.05) == 1)
        }
        for alpha in [Double.nan, 0, -1] {
            #expect(HoeffdingBentkus.pValue(losses: 0, of: 9, alpha: alpha) == 1)
        }
    }
}

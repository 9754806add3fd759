import Evaluation
import Testing
import VigilCore

/// Intervals of the difference of two areas.
struct DelongIntervalTests {
    private func test(_ gain: Double, count: Int = 400) throws -> DelongTest {
        var random = SplitMix64(seed: 5)
        var (first, second, truth) = ([Double](), [Double](), [Bool]())
        for _ in 0..<count {
            let isThere = random.below(3) == 0
            truth.append(isThere)
            second.append(random.unit() + (isThere ? 0.3 : 0))
            first.append((second.last ?? 0) + random.unit() * 0.5 + (isThere ? gain : 0))
        }
        return try #require(DelongTest(first: first, second: second, isPositive: truth))
    }

    @Test("it lies above 0 where the p-value says that the areas differ, and not elsewhere")
    func agrees() throws {
        for gain in stride(from: -0.2, through: 0.4, by: 0.02) {
            let test = try test(gain)
            for confidence in [0.9, 0.95, 0.996] {
                let interval = try #require(test.interval(confidence: confidence))
                let value = try #require(test.pValue)
                let differs = interval.lowerBound > 0 || interval.upperBound < 0
                #expect(differs == (value < 1 - confidence))
                #expect(interval.contains(test.first - test.second))
            }
        }
    }

    @Test("there is none without an error, or for what is no confidence")
    func none() throws {
        let same = try #require(
            DelongTest(
                first: [1, 2, 3, 4], second: [1, 2, 3, 4],
                isPositive: [false, true, false, true]))
        #expect(same.interval(confidence: 0.95) == nil)
        for confidence in [Double.nan, 0, 1, 2] {
            #expect(try test(0.2).interval(confidence: confidence) == nil)
        }
    }
}

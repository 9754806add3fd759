import Testing
import Tuning
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// Weights that may point one way only.
struct MonotoneLogisticTests {
    private struct Made {
        var first: [Double] = []
        var second: [Double] = []
        var isPositive: [Bool] = []
    }

    /// Studies whose log-odds are known.
    private func made(_ intercept: Double, _ weights: (Double, Double), count: Int) -> Made {
        var random = SplitMix64(seed: 31)
        var made = Made()
        for _ in 0..<count {
            let (x, y) = (4 * random.unit() - 2, 4 * random.unit() - 2)
            let sum = intercept + weights.0 * x + weights.1 * y
            made.first.append(x)
            made.second.append(y)
            made.isPositive.append(random.unit() < 1 / (1 + exp(-sum)))
        }
        return made
    }

    private func fit(_ made: Made, second: ClosedRange<Double> = -20...20) -> MonotoneLogistic {
        MonotoneLogistic(
            [
                .init(made.first, bounds: -20...20, penalty: 1e-6),
                .init(made.second, bounds: second, penalty: 1e-6),
            ], isPositive: made.isPositive)
    }

    @Test("weights within their bounds are found again")
    func found() {
        let fitted = fit(made(-0.5, (1.2, -0.8), count: 20_000))
        #expect(abs(fitted.intercept + 0.5) < 0.08)
        #expect(abs(fitted.weights[0] - 1.2) < 0.08)
        #expect(abs(fitted.weights[1] + 0.8) < 0.08)
    }

    @Test("a weight that would point the other way stays at its bound, and the others fit without")
    func bounded() {
        let made = made(-0.5, (1.2, -0.8), count: 5000)
        let fitted = fit(made, second: 0...20)
        #expect(fitted.weights[1] == 0)
        let alone = MonotoneLogistic(
            [.init(made.first, bounds: -20...20, penalty: 1e-6)], isPositive: made.isPositive)
        #expect(abs(fitted.weights[0] - alone.weights[0]) < 1e-4)
        #expect(abs(fitted.intercept - alone.intercept) < 1e-4)
    }

    @Test("no change of a weight within its bounds lowers the loss")
    func optimum() {
        let made = made(0.3, (0.7, 0.4), count: 2000)
        let fitted = fit(made)
        func loss(_ intercept: Double, _ first: Double, _ second: Double) -> Double {
            MonotoneLogistic.loss(
                zip(made.first, made.second).map { intercept + first * $0 + second * $1 },
                isPositive: made.isPositive)
        }
        let best = loss(fitted.intercept, fitted.weights[0], fitted.weights[1])
        for step in [-0.01, 0.01] {
            #expect(loss(fitted.intercept + step, fitted.weights[0], fitted.weights[1]) > best)
            #expect(loss(fitted.intercept, fitted.weights[0] + step, fitted.weights[1]) > best)
            #expect(loss(fitted.intercept, fitted.weights[0], fitted.weights[1] + step) > best)
        }
    }

    @Test("studies that a column tells apart without fail leave finite weights")
    func separated() {
        let fitted = MonotoneLogistic(
            [.init([-2, -1, 1, 2], bounds: 0...20, penalty: 1)],
            isPositive: [false, false, true, true])
        #expect(fitted.weights[0] > 0.3 && fitted.weights[0] < 20)
        let none = MonotoneLogistic([.init([], bounds: 0...1, penalty: 1)], isPositive: [])
        #expect(none.intercept == 0 && none.weights == [0])
    }
}

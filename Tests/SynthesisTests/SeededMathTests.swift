import Foundation
import Testing

import Synthesis

@Suite("Seeded mathematics")
struct SeededMathTests {
    @Test("elementary functions agree with the library's to nine digits")
    func functions() {
        for step in -400...400 {
            let x = Double(step) * 0.173
            #expect(abs(SeededMath.sin(x) - Foundation.sin(x)) < 1e-9)
            #expect(abs(SeededMath.cos(x) - Foundation.cos(x)) < 1e-9)
            let exponential = Foundation.exp(x)
            #expect(abs(SeededMath.exp(x) - exponential) <= 1e-12 * exponential)
            let positive = abs(x) + 0.001
            #expect(abs(SeededMath.log(positive) - Foundation.log(positive)) < 1e-11)
            #expect(
                abs(SeededMath.pow(positive, 0.37) - Foundation.pow(positive, 0.37)) < 1e-10)
        }
    }

    @Test("normal numbers have their mean and deviation, and a fork leaves its parent alone")
    func normal() {
        var random = StudyRandom(seed: 3, "test")
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<20_000 {
            let value = random.normal(2, 3)
            sum += value
            squares += (value - 2) * (value - 2)
        }
        #expect(abs(sum / 20_000 - 2) < 0.08)
        #expect(abs((squares / 20_000).squareRoot() - 3) < 0.08)
        var one = StudyRandom(seed: 4, "a")
        var other = one
        var fork = other.fork("b")
        _ = fork.next()
        #expect(one.next() == other.next())
        var elsewhere = StudyRandom(seed: 4, "b")
        #expect(elsewhere.next() != fork.next())
    }
}

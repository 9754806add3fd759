import Foundation
import Testing
import VigilCore

/// Elementary functions that are the same everywhere.
struct PortableMathTests {
    /// How far two numbers are from each other, in units in the last place of the greater.
    private func distance(_ left: Double, _ right: Double) -> Double {
        left == right ? 0 : abs(left - right) / max(abs(left), abs(right)).ulp
    }

    @Test("they are within four units in the last place of the C library's")
    func close() {
        var generator = SplitMix64(seed: 7)
        var (exponential, logarithm, shifted) = (0.0, 0.0, 0.0)
        for _ in 0..<200_000 {
            let x = (generator.unit() - 0.5) * 1400
            exponential = max(exponential, distance(PortableMath.exp(x), exp(x)))
            let small = (generator.unit() - 0.5) * 2
            exponential = max(exponential, distance(PortableMath.exp(small), exp(small)))
            let positive = exp(x)
            logarithm = max(logarithm, distance(PortableMath.log(positive), log(positive)))
            let near = 1 + small / 8
            logarithm = max(logarithm, distance(PortableMath.log(near), log(near)))
            let tiny = small * exp(-abs(x) / 30)
            shifted = max(shifted, distance(PortableMath.log1p(tiny), log1p(tiny)))
        }
        #expect(exponential <= 4)
        #expect(logarithm <= 4)
        #expect(shifted <= 4)
    }

    @Test("their bits do not depend on the machine: a digest of many values is written down")
    func sameBits() {
        var generator = SplitMix64(seed: 11)
        var bytes: [UInt8] = []
        for _ in 0..<10_000 {
            let x = (generator.unit() - 0.5) * 1400
            for value in [
                PortableMath.exp(x), PortableMath.log(abs(x)), PortableMath.log1p(x / 701),
            ] {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
            }
        }
        #expect(Digest(of: bytes).hex == Self.digest)
    }

    private static let digest = "89251b92b543f183b38ecbf4623409696d55d0a9cfeff58196df4db140d39a66"

    @Test("at the borders they give what the C library gives")
    func borders() {
        #expect(PortableMath.exp(0) == 1 && PortableMath.log(1) == 0)
        #expect(PortableMath.exp(-.infinity) == 0 && PortableMath.exp(.infinity) == .infinity)
        #expect(PortableMath.exp(-746) == 0 && PortableMath.exp(-744) > 0)
        #expect(PortableMath.exp(709) == exp(709) && PortableMath.exp(710) == .infinity)
        #expect(PortableMath.log(0) == -.infinity && PortableMath.log(.infinity) == .infinity)
        #expect(PortableMath.log(-1).isNaN && PortableMath.log1p(-1) == -.infinity)
        let tiny = Double.leastNonzeroMagnitude
        #expect(distance(PortableMath.log(tiny), log(tiny)) <= 4)
        #expect(PortableMath.log1p(-0.0) == 0 && PortableMath.log1p(1e-300) == 1e-300)
        #expect(PortableMath.exp(.nan).isNaN && PortableMath.log(.nan).isNaN)
        #expect(PortableMath.log1p(.nan).isNaN)
    }
}

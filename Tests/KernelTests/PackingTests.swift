import CKernels
import SampleKit
import Tensor
import Testing
import VigilCore

@Suite("Packing of 8-bit weights") struct PackingTests {
    /// One matrix [n, k] and what became of it.
    struct Packed {
        let scale: [Float]
        let wide: [Bool]
        /// [n][k]
        let rows: [[Int]]
        let sums: [Int]

        init(_ weights: [Float], outputs n: Int, inputs k: Int) {
            let panels = (n + 15) / 16
            var bytes = [Int8](repeating: 99, count: panels * ((k + 3) / 4) * 64)
            var scale = [Float](repeating: .nan, count: panels * 16)
            var parts = [Int16](repeating: 99, count: panels * 32)
            var flags = [UInt8](repeating: 99, count: panels)
            vigil_pack_s8(weights, VIGIL_F32, n, k, 0, panels, &bytes, &scale, &parts, &flags)
            self.scale = scale
            wide = flags.map { $0 != 0 }
            rows = (0..<n).map { column in
                (0..<k).map { i in
                    let panel = column / 16 * ((k + 3) / 4) * 64
                    return Int(bytes[panel + i / 4 * 64 + column % 16 * 4 + i % 4])
                }
            }
            sums = (0..<n).map { Int(parts[2 * $0]) + 128 * Int(parts[2 * $0 + 1]) }
        }

        /// The groups of a column whose products are summed in 16 bits.
        static func groups(_ column: [Int]) -> [[Int]] {
            stride(from: 0, to: column.count, by: 16).flatMap { first in
                (0..<2).map { half in
                    [0, 1, 4, 5, 8, 9, 12, 13].map { first + 2 * half + $0 }
                        .filter { $0 < column.count }.map { column[$0] }
                }
            }
        }

        /// Root mean square of a column's error over that of its values.
        func error(_ weights: [Float], _ column: Int) -> Double {
            let k = rows[column].count
            var (error, energy) = (0.0, 0.0)
            for (i, q) in rows[column].enumerated() {
                let exact = Double(weights[column * k + i])
                error += (Double(scale[column]) * Double(q) - exact).squared
                energy += exact.squared
            }
            return (error / energy).squareRoot()
        }
    }

    /// Weights of about one deviation by twelve uniform numbers.
    static func normal(_ count: Int, _ random: inout SplitMix64) -> [Float] {
        (0..<count).map { _ in random.floats(12).reduce(0, +) / 2 }
    }

    @Test("sums of a column are those of its weights, and groups fit in 16 bits unless wide")
    func fits() {
        for (n, k) in [(1, 1), (15, 3), (16, 16), (33, 65), (20, 130), (48, 768)] {
            var random = SplitMix64(seed: UInt64(k))
            let uniform = random.floats(n * k, in: -0.1...0.1)
            for weights in [uniform, Self.normal(n * k, &random), uniform.map { abs($0) }] {
                let packed = Packed(weights, outputs: n, inputs: k)
                for (column, row) in packed.rows.enumerated() {
                    #expect(packed.sums[column] == row.reduce(0, +))
                    guard !packed.wide[column / 16] else { continue }
                    for group in Packed.groups(row) {
                        let positive = group.filter { $0 > 0 }.reduce(0, +)
                        let negative = group.filter { $0 < 0 }.reduce(0, -)
                        #expect(max(positive, negative) <= Int(VIGIL_S8_GROUP_MAX))
                    }
                }
            }
        }
    }

    @Test("normally distributed weights need no wide panel and lose 2.3 % at most")
    func accuracy() {
        var random = SplitMix64(seed: 5)
        let weights = Self.normal(48 * 768, &random)
        let packed = Packed(weights, outputs: 48, inputs: 768)
        #expect(!packed.wide.contains(true))
        for column in 0..<48 {
            #expect(packed.error(weights, column) < 0.023, "column \(column)")
        }
    }

    @Test("a panel whose groups would lose much is wide, and no column of it loses 4 %")
    func wide() {
        // One group of column 3 has one sign and is ten times as large as what is around it.
        var random = SplitMix64(seed: 6)
        var weights = random.floats(32 * 512, in: -0.1...0.1)
        for i in 0..<16 where i % 4 < 2 { weights[3 * 512 + i] = 0.5 + abs(weights[i]) * 5 }
        let packed = Packed(weights, outputs: 32, inputs: 512)
        #expect(packed.wide == [true, false])
        for column in 0..<32 {
            #expect(packed.error(weights, column) < 0.04, "column \(column)")
        }
    }
}

extension Double {
    fileprivate var squared: Double { self * self }
}

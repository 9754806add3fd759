import SampleKit
import Tensor
import Testing
import VigilCore

@Suite("16-bit and 8-bit products") struct HalfPrecisionTests {
    /// 1 - cosine of a product to float64, at most.
    static let bounds: [(Precision, Double)] = [(.fp16, 3e-6), (.bf16, 1e-5), (.int8, 2e-4)]

    @Test("keep the direction of every row", arguments: InstructionSet.supported)
    func direction(isa: InstructionSet) throws {
        let engine = try engine(isa, threads: 2)
        for (rows, outputs, inputs) in [(1, 1, 1), (3, 33, 65), (29, 64, 768), (17, 95, 1025)] {
            var random = SplitMix64(seed: UInt64(rows))
            let x = random.floats(rows * inputs, in: -3...3)
            let w = random.floats(outputs * inputs)
            let exact = reference(
                x, w, bias: nil, rows: rows, outputs: outputs, inputs: inputs
            ).value
            for (precision, bound) in Self.bounds where engine.supports(precision) {
                let packed = try pack(
                    w, outputs: outputs, inputs: inputs, precision: precision, pool: engine.pool)
                var out = [Float](repeating: .nan, count: rows * outputs)
                try engine.linear(x, weights: packed, into: &out, rows: rows)
                for row in 0..<rows {
                    let range = (row * outputs)..<((row + 1) * outputs)
                    let pairs = zip(out[range].map(Double.init), exact[range])
                    let dot = pairs.reduce(0) { $0 + $1.0 * $1.1 }
                    let lengths = pairs.reduce((0.0, 0.0)) {
                        ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1)
                    }
                    let cosine = dot / (lengths.0 * lengths.1).squareRoot()
                    #expect(
                        1 - cosine <= bound, "\(precision) \(rows)x\(outputs)x\(inputs) row \(row)")
                }
            }
        }
    }

    @Test("rows of large values keep theirs, whatever else is in the block")
    func largeRows() throws {
        let engine = try engine()
        let (rows, outputs, inputs) = (29, 64, 320)
        var random = SplitMix64(seed: 5)
        let w = random.floats(outputs * inputs)
        var x = random.floats(rows * inputs, in: 0...1)
        for row in 0..<rows {
            let size = Float(sign: .plus, exponent: row - 4, significand: 1.3)
            for column in 0..<inputs { x[row * inputs + column] *= size }
        }
        let exact = reference(x, w, bias: nil, rows: rows, outputs: outputs, inputs: inputs).value
        for precision in [Precision.fp16, .bf16] where engine.supports(precision) {
            let packed = try pack(
                w, outputs: outputs, inputs: inputs, precision: precision, pool: engine.pool)
            var out = [Float](repeating: .nan, count: rows * outputs)
            try engine.linear(x, weights: packed, into: &out, rows: rows)
            for row in 0..<rows {
                let range = (row * outputs)..<((row + 1) * outputs)
                let largest = exact[range].map(abs).max() ?? 0
                let error = zip(out[range], exact[range]).map { abs(Double($0) - $1) }.max() ?? 0
                #expect(error <= largest / 100, "\(precision) row \(row)")
            }
        }
    }

    @Test("what is not a number shows in its row and in no other")
    func notANumber() throws {
        let engine = try engine()
        let (rows, outputs, inputs) = (5, 33, 70)
        var random = SplitMix64(seed: 6)
        let w = random.floats(outputs * inputs)
        var x = random.floats(rows * inputs)
        x[2 * inputs + 65] = .nan
        for precision in [Precision.fp32, .fp16, .bf16] where engine.supports(precision) {
            let packed = try pack(
                w, outputs: outputs, inputs: inputs, precision: precision, pool: engine.pool)
            var out = [Float](repeating: 0, count: rows * outputs)
            try engine.linear(x, weights: packed, into: &out, rows: rows)
            for row in 0..<rows {
                let values = out[(row * outputs)..<((row + 1) * outputs)]
                #expect(values.allSatisfy { $0.isNaN == (row == 2) }, "\(precision) row \(row)")
            }
        }
    }

    @Test("packed bytes work from another owner and refuse another size")
    func packedBytes() throws {
        final class Mapped: @unchecked Sendable {
            let bytes: UnsafeMutableRawBufferPointer
            init(_ source: UnsafeRawBufferPointer) {
                bytes = .allocate(byteCount: source.count, alignment: 64)
                bytes.copyMemory(from: source)
            }
            deinit { bytes.deallocate() }
        }
        let engine = try engine()
        var random = SplitMix64(seed: 3)
        let w = random.floats(33 * 70)
        let x = random.floats(5 * 70)
        let bias = random.floats(33)
        for precision in Precision.allCases where precision != .auto && engine.supports(precision) {
            let packed = try pack(
                w, outputs: 33, inputs: 70, bias: bias, precision: precision, pool: engine.pool)
            let mapped = Mapped(packed.packedBytes)
            let layout = try PackedLayout(outputs: 33, inputs: 70, precision: precision)
            let again = try PackedLinear(
                packed: UnsafeRawBufferPointer(mapped.bytes), layout: layout, owner: mapped)
            var (a, b) = ([Float](repeating: 0, count: 165), [Float](repeating: 1, count: 165))
            try engine.linear(x, weights: packed, into: &a, rows: 5)
            try engine.linear(x, weights: again, into: &b, rows: 5)
            #expect(bits(a) == bits(b))
            #expect(throws: TensorError.badPackedWeights(outputs: 33, inputs: 70)) {
                try PackedLinear(
                    packed: UnsafeRawBufferPointer(rebasing: mapped.bytes.dropLast()),
                    layout: layout, owner: mapped)
            }
        }
    }
}

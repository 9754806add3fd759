import SampleKit
import Tensor
import Testing
import VigilCore

@Suite("Linear layers") struct LinearTests {
    static let shapes: [(rows: Int, outputs: Int, inputs: Int)] = [
        (1, 1, 1), (3, 17, 5), (14, 32, 64), (15, 33, 65), (29, 48, 127), (113, 97, 31),
    ]

    @Test("a float32 product is within n epsilon of float64", arguments: InstructionSet.supported)
    func float32(isa: InstructionSet) throws {
        for (index, shape) in Self.shapes.enumerated() {
            let (rows, outputs, inputs) = shape
            var random = SplitMix64(seed: UInt64(index))
            let x = random.floats(rows * inputs)
            let w = random.floats(outputs * inputs)
            let bias = random.floats(outputs)
            let engine = try engine(isa, threads: 2)
            let packed = try pack(
                w, outputs: outputs, inputs: inputs, bias: bias, pool: engine.pool)
            var out = [Float](repeating: .nan, count: rows * outputs)
            try engine.linear(x, weights: packed, into: &out, rows: rows)
            let expected = reference(
                x, w, bias: bias, rows: rows, outputs: outputs, inputs: inputs)
            for i in out.indices {
                let bound = expected.magnitude[i] * Double(inputs + 2) * Double(Float.ulpOfOne)
                #expect(
                    abs(Double(out[i]) - expected.value[i]) <= bound, "seed \(index), element \(i)")
            }
        }
    }
}

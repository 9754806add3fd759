import SampleKit
import Tensor
import Testing
import VigilCore

/// One transformer block on ragged sequences, the way a model runs it.
struct TransformerBlock {
    let width: Int
    let heads: Int
    let norm1: LayerNormWeights
    let norm2: LayerNormWeights
    let fused: PackedLinear
    let projection: PackedLinear
    let first: PackedLinear
    let second: PackedLinear

    init(
        width: Int, heads: Int, hidden: Int, precision: Precision, pool: ThreadPool, seed: UInt64
    ) throws {
        var random = SplitMix64(seed: seed)
        func norm() throws -> LayerNormWeights {
            let gamma = random.floats(width, in: 0.5...1.5)
            let beta = random.floats(width, in: -0.1...0.1)
            return try gamma.withUnsafeBufferPointer { gamma in
                try beta.withUnsafeBufferPointer {
                    try LayerNormWeights(gamma: gamma, beta: $0, epsilon: 1e-5)
                }
            }
        }
        func linear(_ outputs: Int, _ inputs: Int) throws -> PackedLinear {
            let bound = 1.7 / Float(inputs).squareRoot()
            let weights = random.floats(outputs * inputs, in: -bound...bound)
            let bias = random.floats(outputs, in: -0.1...0.1)
            return try pack(
                weights, outputs: outputs, inputs: inputs, bias: bias, precision: precision,
                pool: pool)
        }
        self.width = width
        self.heads = heads
        norm1 = try norm()
        norm2 = try norm()
        fused = try linear(3 * width, width)
        projection = try linear(width, width)
        first = try linear(hidden, width)
        second = try linear(width, hidden)
    }

    /// x: [offsets.last, width], changed in place.
    func run(
        _ x: UnsafeMutablePointer<Float>, offsets: [Int], causal: Bool, engine: Engine,
        workspace: UnsafeMutablePointer<Float>
    ) throws {
        let rows = offsets.last ?? 0
        let qkv = workspace
        let attended = workspace + rows * 3 * width
        try engine.linear(x, norm: norm1, weights: fused, into: qkv, rows: rows)
        let shape = AttentionShape(
            heads: heads, headWidth: width / heads, causal: causal, precision: fused.precision)
        try offsets.withUnsafeBufferPointer {
            try engine.attention(
                AttentionInputs(fused: qkv, width: width), offsets: $0, shape: shape,
                into: attended)
        }
        try engine.linear(
            attended, weights: projection, epilogue: LinearEpilogue(adding: x), into: x, rows: rows)
        try engine.feedForward(
            x, norm: norm2, first: first, activation: .quickGelu, second: second, residual: x,
            into: x, rows: rows)
    }
}

@Suite("A transformer block") struct BlockTests {
    /// Runs two blocks over sequences of these lengths and returns each sequence's result.
    static func run(
        lengths: [Int], inputs: [[Float]], engine: Engine, precision: Precision,
        causal: Bool = false
    ) throws -> [[Float]] {
        let width = 80
        let block = try TransformerBlock(
            width: width, heads: 5, hidden: 176, precision: precision, pool: engine.pool, seed: 7)
        var offsets = [0]
        for length in lengths { offsets.append(offsets[offsets.count - 1] + length) }
        let rows = offsets[offsets.count - 1]
        var x = Array(inputs.joined())
        var workspace = [Float](repeating: .nan, count: rows * width * 4)
        for _ in 0..<2 {
            try block.run(
                &x, offsets: offsets, causal: causal, engine: engine, workspace: &workspace)
        }
        return lengths.indices.map {
            Array(x[(offsets[$0] * width)..<(offsets[$0 + 1] * width)])
        }
    }

    static func sequences(_ lengths: [Int]) -> [[Float]] {
        lengths.enumerated().map { index, length in
            var random = SplitMix64(seed: UInt64(index + 1))
            return random.floats(length * 80, in: -2...2)
        }
    }

    @Test("gives the same bits on every instruction set", arguments: [Precision.fp32, .int8])
    func strict(precision: Precision) throws {
        let lengths = [50, 1, 17, 33]
        let inputs = Self.sequences(lengths)
        for causal in [false, true] {
            let scalar = try Self.run(
                lengths: lengths, inputs: inputs, engine: engine(.scalar), precision: precision,
                causal: causal)
            #expect(scalar.allSatisfy { $0.allSatisfy(\.isFinite) })
            for isa in InstructionSet.supported {
                let other = try Self.run(
                    lengths: lengths, inputs: inputs, engine: engine(isa), precision: precision,
                    causal: causal)
                #expect(other.map(bits) == scalar.map(bits), "\(isa), causal \(causal)")
            }
        }
    }

    @Test("gives a sequence the same bits in any batch, at any place, on any number of threads")
    func batchInvariance() throws {
        let lengths = [50, 197, 7, 50, 1, 64]
        let inputs = Self.sequences(lengths)
        let engines = try [1, 2, 8].map { try engine(threads: $0) }
        for precision in Precision.allCases where engines[0].supports(precision) {
            guard precision != .auto else { continue }
            let alone = try lengths.indices.map {
                try Self.run(
                    lengths: [lengths[$0]], inputs: [inputs[$0]], engine: engines[0],
                    precision: precision)[0]
            }
            for (index, engine) in engines.enumerated() {
                for order in [[0, 1, 2, 3, 4, 5], [5, 3, 1], [2, 2, 2, 4, 1, 0, 0], [1, 0]] {
                    let together = try Self.run(
                        lengths: order.map { lengths[$0] }, inputs: order.map { inputs[$0] },
                        engine: engine, precision: precision)
                    #expect(
                        together.map(bits) == order.map { bits(alone[$0]) },
                        "\(precision), engine \(index), order \(order)")
                }
            }
        }
    }
}

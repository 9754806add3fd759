import CKernels
import SampleKit
import Tensor
import Testing
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// The kernels of training, against float64 and against the scalar twin.
@Suite("Gradient kernels") struct GradientKernelTests {
    /// Sizes of an attention: queries, keys, columns of a head.
    struct Attention: Sendable {
        let queries: Int
        let keys: Int
        let dims: Int
    }

    static let attentions = [
        Attention(queries: 1, keys: 1, dims: 7), Attention(queries: 1, keys: 50, dims: 64),
        Attention(queries: 17, keys: 17, dims: 72), Attention(queries: 33, keys: 33, dims: 33),
    ]

    private func attention(
        _ table: vigil_kernels, _ size: Attention, _ q: [Float], _ kv: [Float], _ slopes: [Float]
    ) -> [Guarded] {
        let (q, kv, slopes) = (Guarded(q), Guarded(kv, shift: 1), Guarded(slopes, shift: 2))
        let (dq, dkv) = (Guarded(count: q.count), Guarded(count: kv.count))
        let scratch = Guarded(count: 2 * ((size.keys + 15) / 16 * 16))
        var arguments = vigil_attention_gradient(
            q: q.start, k: kv.start, v: kv.start + size.dims, q_stride: size.dims,
            kv_stride: 2 * size.dims, queries: size.queries, keys: size.keys,
            head_dim: size.dims, scale: 0.3, dout: slopes.start, dout_stride: size.dims,
            dq: dq.start, dq_stride: size.dims, dk: dkv.start, dv: dkv.start + size.dims,
            dkv_stride: 2 * size.dims, scratch: scratch.start)
        table.attention_gradient(&arguments)
        return [dq, dkv, scratch]
    }

    /// sum of slopes * softmax(0.3 q k^T) v in float64.
    private func value(
        _ size: Attention, _ q: [Double], _ kv: [Double], _ slopes: [Double]
    ) -> Double {
        var sum = 0.0
        for query in 0..<size.queries {
            let shares = (0..<size.keys).map { key in
                exp(
                    (0..<size.dims).reduce(0.0) {
                        $0 + 0.3 * q[query * size.dims + $1] * kv[2 * key * size.dims + $1]
                    })
            }
            let whole = shares.reduce(0, +)
            for column in 0..<size.dims {
                let mixed = (0..<size.keys).reduce(0.0) {
                    $0 + shares[$1] / whole * kv[(2 * $1 + 1) * size.dims + column]
                }
                sum += slopes[query * size.dims + column] * mixed
            }
        }
        return sum
    }

    @Test("attention's gradient is that of finite differences", arguments: attentions)
    func attentionDifferences(size: Attention) throws {
        var random = SplitMix64(seed: UInt64(size.keys))
        let q = random.floats(size.queries * size.dims)
        let kv = random.floats(2 * size.keys * size.dims)
        let slopes = random.floats(size.queries * size.dims)
        let found = attention(try kernels(.best), size, q, kv, slopes)
        let exact = slopes.map { Double($0) }
        let (qs, kvs) = (q.map { Double($0) }, kv.map { Double($0) })
        let h = 1e-5
        for _ in 0..<40 {
            let place = Int.random(in: 0..<q.count, using: &random)
            var (up, down) = (qs, qs)
            up[place] += h
            down[place] -= h
            let slope =
                (value(size, up, kvs, exact) - value(size, down, kvs, exact)) / (2 * h)
            #expect(abs(Double(found[0].values[place]) - slope) <= 1e-5)
            let other = Int.random(in: 0..<kv.count, using: &random)
            var (above, below) = (kvs, kvs)
            above[other] += h
            below[other] -= h
            let second =
                (value(size, qs, above, exact) - value(size, qs, below, exact)) / (2 * h)
            #expect(abs(Double(found[1].values[other]) - second) <= 1e-5)
        }
    }

    @Test("gradients give the bits of the scalar twin", arguments: InstructionSet.supported)
    func twins(isa: InstructionSet) throws {
        let (scalar, table) = (try kernels(.scalar), try kernels(isa))
        for size in Self.attentions {
            var random = SplitMix64(seed: UInt64(size.dims))
            let q = random.floats(size.queries * size.dims)
            let kv = random.floats(2 * size.keys * size.dims)
            let slopes = random.floats(size.queries * size.dims)
            let found = attention(table, size, q, kv, slopes)
            #expect(found.allSatisfy { $0.isIntact })
            let twin = attention(scalar, size, q, kv, slopes)
            #expect(found.dropLast().map(\.bits) == twin.dropLast().map(\.bits))
        }
        for size in RowKernelTests.sizes {
            let found = rows(table, size)
            #expect(found.allSatisfy { $0.isIntact }, "size \(size)")
            #expect(found.map(\.bits) == rows(scalar, size).map(\.bits), "size \(size)")
        }
    }

    /// Slopes of all activations, of two norms, and three sums of outer products, of rows of
    /// `size`.
    private func rows(_ table: vigil_kernels, _ size: Int) -> [Guarded] {
        var random = SplitMix64(seed: UInt64(size))
        let x = Guarded(random.floats(2 * size, in: -7...7), shift: 1)
        let slopes = Guarded(random.floats(2 * size))
        let gamma = Guarded(random.floats(size), shift: 3)
        var all: [Guarded] = []
        for activation: UInt32 in 0..<5 {
            let out = Guarded(count: size)
            table.activation_gradient(
                x.start, slopes.start, size, vigil_activation(rawValue: activation), out.start)
            all.append(out)
        }
        let norm = Guarded(random.floats(2 * size), shift: 2)
        var arguments = vigil_norm_gradient(
            x: x.start, dy: slopes.start, gamma: gamma.start, rows: 2, k: size, epsilon: 1e-5,
            dx: norm.start)
        if size > 0 { table.norm_gradient(&arguments) }
        let sum = Guarded(random.floats(3 * size))
        let factors = Guarded(random.floats(2 * 3))
        var outer = vigil_outer_sum(
            a: factors.start, b: x.start, a_stride: 3, b_stride: size, rows: 2, m: 3, n: size,
            out: sum.start, out_stride: size)
        table.outer_sum(&outer)
        return all + [norm, sum]
    }

    @Test("slopes of activations are within 1e-6 * max(1, |x|) of float64", arguments: 1...4)
    func slopes(index: Int) throws {
        let exact: (Double) -> Double =
            switch index {
            case 1: { 0.5 * erfc(-$0 / 2.0.squareRoot()) + $0 * exp(-$0 * $0 / 2) / 2.506628274631 }
            case 2:
                {
                    let s = 1 / (1 + exp(-1.702 * $0))
                    return s * (1 + 1.702 * $0 * (1 - s))
                }
            case 3:
                {
                    let c = (2 / Double.pi).squareRoot()
                    let t = tanh(c * ($0 + 0.044715 * $0 * $0 * $0))
                    return 0.5 * (1 + t)
                        + 0.5 * $0 * (1 - t * t) * c * (1 + 3 * 0.044715 * $0 * $0)
                }
            default: { $0 > 0 ? 1 : 0 }
            }
        let inputs = (0..<100_000).map { Float(-20) + Float($0) * (40 / 100_000) }
        let ones = [Float](repeating: 1, count: inputs.count)
        var found = ones
        try kernels(.best).activation_gradient(
            inputs, ones, inputs.count, vigil_activation(rawValue: UInt32(index)), &found)
        var worst = 0.0
        for (input, value) in zip(inputs, found) {
            let bound = max(1, abs(Double(input)))
            worst = max(worst, abs(Double(value) - exact(Double(input))) / bound)
        }
        #expect(worst <= 1e-6, "\(worst)")
    }

    @Test("a LayerNorm's gradient is that of finite differences, added to what is there")
    func norm() throws {
        var random = SplitMix64(seed: 5)
        let width = 50
        let (x, slopes, gamma) = (
            random.floats(width, in: -3...5), random.floats(width), random.floats(width)
        )
        var found = [Float](repeating: 1, count: width)
        let table = try kernels(.best)
        x.withUnsafeBufferPointer { x in
            slopes.withUnsafeBufferPointer { slopes in
                gamma.withUnsafeBufferPointer { gamma in
                    found.withUnsafeMutableBufferPointer { found in
                        var arguments = vigil_norm_gradient(
                            x: x.baseAddress, dy: slopes.baseAddress, gamma: gamma.baseAddress,
                            rows: 1, k: width, epsilon: 1e-3, dx: found.baseAddress)
                        table.norm_gradient(&arguments)
                    }
                }
            }
        }
        func value(_ x: [Double]) -> Double {
            let mean = x.reduce(0, +) / Double(width)
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            return x.indices.reduce(0) {
                $0 + Double(slopes[$1]) * Double(gamma[$1]) * (x[$1] - mean)
                    / (variance + 1e-3).squareRoot()
            }
        }
        for place in 0..<width {
            var (up, down) = (x.map { Double($0) }, x.map { Double($0) })
            up[place] += 1e-5
            down[place] -= 1e-5
            let slope = (value(up) - value(down)) / 2e-5
            #expect(abs(Double(found[place]) - 1 - slope) <= 1e-5)
        }
    }
}

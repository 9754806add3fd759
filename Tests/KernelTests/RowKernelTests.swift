import CKernels
import SampleKit
import Tensor
import Testing
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Row kernels") struct RowKernelTests {
    static let sizes = [0, 1, 2, 15, 16, 17, 31, 47, 48, 63, 64, 65, 79, 127, 197, 256, 769]

    @Test("give the bits of the scalar twin", arguments: InstructionSet.supported)
    func twins(isa: InstructionSet) throws {
        let (scalar, table) = (try kernels(.scalar), try kernels(isa))
        for (index, size) in Self.sizes.enumerated() {
            var random = SplitMix64(seed: UInt64(index))
            let values = random.floats(size, in: -9...9)
            let other = random.floats(size)
            func results(_ table: vigil_kernels) -> [[UInt32]] {
                let x = { Guarded(values, shift: index % 4) }
                let (y, out) = (Guarded(other), Guarded(count: size, shift: 3))
                var all: [Guarded] = []
                for activation: UInt32 in 0..<5 {
                    let item = x()
                    table.activate(item.start, size, vigil_activation(rawValue: activation))
                    let coarse = x()
                    table.activate_coarse(
                        coarse.start, size, vigil_activation(rawValue: activation))
                    all += [item, coarse]
                }
                let (softmax, exponential, left) = (x(), x(), x())
                table.softmax(softmax.start, size)
                table.exponential(exponential.start, size)
                table.add(left.start, y.start, size, out.start)
                let normal = Guarded(count: size)
                table.l2_normalize(left.start, size, normal.start)
                all += [softmax, exponential, left, y, out, normal]
                let intact = all.allSatisfy { $0.isIntact }
                #expect(intact, "size \(size)")
                return all.map(\.bits) + [[table.dot(left.start, y.start, size).bitPattern]]
            }
            #expect(results(table) == results(scalar), "size \(size), seed \(index)")
        }
    }

    @Test("exp is within 1.5 ulp of the true value over its whole range")
    func exponential() throws {
        let table = try kernels(.best)
        var worst = 0.0
        var x = (0..<400_000).map { Float(-87) + Float($0) * (175 / 400_000) }
        let exact = x.map { exp(Double($0)) }
        table.exponential(&x, x.count)
        for (value, exact) in zip(x, exact) {
            worst = max(worst, abs(Double(value) - exact) / Double(Float(exact).ulp))
        }
        #expect(worst <= 1.5, "\(worst) ulp")
        var small: [Float] = [-87.5, -100, -1e30, -.infinity]
        table.exponential(&small, small.count)
        #expect(small == [0, 0, 0, 0])
    }

    @Test("activations are within 2e-7 * max(1, |x|) of float64", arguments: 1...3)
    func activations(index: Int) throws {
        let exact: (Double) -> Double =
            switch index {
            case 1: { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }
            case 2: { $0 / (1 + exp(-1.702 * $0)) }
            default:
                {
                    let u = (2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)
                    return 0.5 * $0 * (1 + tanh(u))
                }
            }
        let inputs = (0..<200_000).map { Float(-30) + Float($0) * (60 / 200_000) }
        var x = inputs
        try kernels(.best).activate(&x, x.count, vigil_activation(rawValue: UInt32(index)))
        var worst = 0.0
        for (input, value) in zip(inputs, x) {
            let bound = max(1, abs(Double(input)))
            worst = max(worst, abs(Double(value) - exact(Double(input))) / bound)
        }
        #expect(worst <= 2e-7, "\(worst)")
    }

    @Test("activations of 8-bit products are within 1e-4 of the exact ones", arguments: 1...3)
    func coarseActivations(index: Int) throws {
        let activation = vigil_activation(rawValue: UInt32(index))
        var exact = (0..<200_000).map { Float(-40) + Float($0) * (80 / 200_000) }
        var coarse = exact
        let table = try kernels(.best)
        table.activate(&exact, exact.count, activation)
        table.activate_coarse(&coarse, coarse.count, activation)
        let worst = zip(exact, coarse).map { abs($0 - $1) }.max() ?? 1
        #expect(worst <= 1e-4, "\(worst)")
    }

    @Test("LayerNorm is within n epsilon of float64", arguments: [1, 15, 64, 768, 1152])
    func layerNorm(width: Int) throws {
        var random = SplitMix64(seed: UInt64(width))
        let (x, gamma, beta) = (
            random.floats(width, in: -3...5), random.floats(width), random.floats(width)
        )
        let (input, scale, shift) = (Guarded(x), Guarded(gamma), Guarded(beta))
        let out = Guarded(count: width, shift: 1)
        var prepare = vigil_prepare(
            x: input.start, x_stride: width, rows: 1, k: width, gamma: scale.start,
            beta: shift.start, epsilon: 1e-5, tile_rows: 0, out: out.start, out_stride: width,
            row_scale: nil, row_zero: nil, scratch: nil)
        try kernels(.best).prepare_f32(&prepare)
        let mean = x.reduce(0) { $0 + Double($1) } / Double(width)
        let variance =
            x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(width)
        for i in 0..<width {
            let exact =
                (Double(x[i]) - mean) / (variance + 1e-5).squareRoot() * Double(gamma[i])
                + Double(beta[i])
            let bound = Double(width + 8) * Double(Float.ulpOfOne) * 6
            #expect(abs(Double(out.start[i]) - exact) <= bound, "element \(i)")
        }
        #expect(out.isIntact)
    }
}

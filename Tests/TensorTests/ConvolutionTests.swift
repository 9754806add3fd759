import SampleKit
import Tensor
import Testing
import VigilCore

@Suite("Convolutions") struct ConvolutionTests {
    /// Windows whose inputs need one pass and several, with channels that fill lines and not.
    static func windows() throws -> [WindowShape] {
        [
            try WindowShape(
                size: Extent(3, 7, 6), channels: 48, kernel: Extent(all: 3),
                padding: Extent(all: 1)),
            try WindowShape(
                size: Extent(1, 12, 11), channels: 1, kernel: Extent(1, 7, 7),
                stride: Extent(1, 2, 2), padding: Extent(0, 3, 3)),
            try WindowShape(
                size: Extent(4, 5, 6), channels: 20, kernel: Extent(all: 1), stride: Extent(all: 2)
            ),
            try WindowShape(
                size: Extent(2, 4, 4), channels: 5, kernel: Extent(3, 2, 2),
                padding: Extent(1, 0, 0)),
        ]
    }

    struct Problem {
        let window: WindowShape
        let images = 2
        let outputs = 37
        let x: [Float]
        let weights: [Float]
        let bias: [Float]
        let residual: [Float]

        init(_ window: WindowShape, seed: UInt64) {
            var random = SplitMix64(seed: seed)
            self.window = window
            x = random.floats(2 * window.size.count * window.channels)
            weights = random.floats(37 * window.inputs)
            bias = random.floats(37)
            residual = random.floats(2 * window.output.count * 37)
        }

        var positions: Int { images * window.output.count }

        func run(_ engine: Engine, positions range: Range<Int>? = nil) throws -> [Float] {
            let packed = try pack(
                weights, outputs: outputs, inputs: window.inputs, bias: bias, pool: engine.pool)
            let range = range ?? 0..<positions
            var out = Array(residual[range.lowerBound * outputs..<range.upperBound * outputs])
            try x.withUnsafeBufferPointer { x in
                try out.withUnsafeMutableBufferPointer { out in
                    guard let from = x.baseAddress, let to = out.baseAddress else { return }
                    try engine.convolve(
                        WindowInput(from), window: window, weights: packed,
                        epilogue: LinearEpilogue(adding: to, activation: .relu),
                        positions: range, into: to)
                }
            }
            return out
        }

        /// One output in double precision, and the magnitude of its terms.
        func exact(_ position: Int, _ output: Int) -> (value: Double, magnitude: Double) {
            let (size, out, kernel) = (window.size, window.output, window.kernel)
            let image = position / out.count
            let place = position % out.count
            let origin = [
                place / (out.height * out.width) * window.stride.depth - window.padding.depth,
                place / out.width % out.height * window.stride.height - window.padding.height,
                place % out.width * window.stride.width - window.padding.width,
            ]
            var value = Double(bias[output]) + Double(residual[position * outputs + output])
            var magnitude = abs(value)
            for tap in 0..<kernel.count {
                let d = origin[0] + tap / (kernel.height * kernel.width)
                let h = origin[1] + tap / kernel.width % kernel.height
                let w = origin[2] + tap % kernel.width
                guard (0..<size.depth).contains(d), (0..<size.height).contains(h),
                    (0..<size.width).contains(w)
                else { continue }
                let at = ((image * size.depth + d) * size.height + h) * size.width + w
                for channel in 0..<window.channels {
                    let weight = weights[(output * kernel.count + tap) * window.channels + channel]
                    let product = Double(x[at * window.channels + channel]) * Double(weight)
                    value += product
                    magnitude += abs(product)
                }
            }
            return (max(0, value), magnitude)
        }
    }

    @Test("are within n epsilon of float64", arguments: InstructionSet.supported)
    func exact(isa: InstructionSet) throws {
        for (seed, window) in try Self.windows().enumerated() {
            let problem = Problem(window, seed: UInt64(seed))
            let found = try problem.run(engine(isa, threads: 2))
            for position in 0..<problem.positions {
                for output in 0..<problem.outputs {
                    let exact = problem.exact(position, output)
                    let bound =
                        exact.magnitude * Double(window.inputs + 3) * Double(Float.ulpOfOne)
                    let value = Double(found[position * problem.outputs + output])
                    #expect(abs(value - exact.value) <= bound, "seed \(seed), \(position)")
                }
            }
        }
    }

    @Test("have the same bits for any part of the positions, threads and instruction set")
    func sameBits() throws {
        for (seed, window) in try Self.windows().enumerated() {
            let problem = Problem(window, seed: UInt64(seed))
            let expected = try problem.run(engine(.scalar))
            for isa in InstructionSet.supported {
                for threads in [1, 3] {
                    let engine = try engine(isa, threads: threads)
                    #expect(bits(try problem.run(engine)) == bits(expected), "\(isa)")
                    let part = 5..<problem.positions - 2
                    let some = expected[
                        part.lowerBound * problem.outputs..<part.upperBound * problem.outputs]
                    #expect(
                        bits(try problem.run(engine, positions: part)) == bits(Array(some)),
                        "\(isa)")
                }
            }
        }
    }

    @Test("windows that do not fit, and means over padding, are refused")
    func refused() throws {
        #expect(throws: TensorError.self) {
            try WindowShape(size: Extent(1, 2, 2), channels: 1, kernel: Extent(1, 3, 3))
        }
        #expect(throws: TensorError.self) {
            try WindowShape(
                size: Extent(1, 4, 4), channels: 1, kernel: Extent(all: 1),
                stride: Extent(1, 0, 1))
        }
        let engine = try engine()
        var out = [Float](repeating: 0, count: 64)
        let x = [Float](repeating: 1, count: 64)
        let padded = try WindowShape(
            size: Extent(1, 4, 4), channels: 1, kernel: Extent(1, 3, 3), padding: Extent(0, 1, 1))
        #expect(throws: TensorError.badShape("pooling")) {
            try engine.pool(WindowInput(x), window: padded, .mean, positions: 0..<16, into: &out)
        }
        let weights = try pack(
            [Float](repeating: 1, count: 8), outputs: 1, inputs: 8, pool: engine.pool)
        #expect(throws: TensorError.badShape("convolution")) {
            try engine.convolve(
                WindowInput(x), window: padded, weights: weights, positions: 0..<16, into: &out)
        }
    }
}

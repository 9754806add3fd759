internal import Tensor

/// One bottleneck: max(0, third(second(first(x))) + shortcut(x)).
struct Bottleneck: Sendable {
    private struct Convolution: Sendable {
        let weights: PackedLinear
        let window: WindowShape

        var operations: Double { window.operations(outputs: weights.outputs) }
    }

    private let first: Convolution
    private let second: Convolution
    private let third: Convolution
    /// nil: x itself.
    private let shortcut: Convolution?

    /// - Parameters:
    ///   - size: positions of the input.
    ///   - stride: of the second convolution and the shortcut, along each axis.
    init(
        _ loader: WeightLoader, names: BottleneckNames, size: Extent, stride: Int,
        precision: Precision
    ) throws(ModelError) {
        func make(
            _ name: ConvolutionName, _ size: Extent, stride: Int
        ) throws(ModelError) -> Convolution {
            let weights = try loader.convolution(name, precision: precision)
            let window = try ModelError.running { () throws(TensorError) in
                try WindowShape(
                    size: size, channels: name.channels, kernel: Extent(all: name.kernel[0]),
                    stride: Extent(all: stride), padding: Extent(all: name.kernel[0] / 2))
            }
            return Convolution(weights: weights, window: window)
        }
        first = try make(names.convolutions[0], size, stride: 1)
        second = try make(names.convolutions[1], size, stride: stride)
        third = try make(names.convolutions[2], second.window.output, stride: 1)
        shortcut = try names.shortcut.map { (name) throws(ModelError) in
            try make(name, size, stride: stride)
        }
    }

    /// Positions of the output.
    var output: Extent { third.window.output }
    /// Floats of the output.
    var outputCount: Int { output.count * third.weights.outputs }
    /// Floats between the convolutions.
    var middleCounts: (Int, Int) {
        (
            first.window.output.count * first.weights.outputs,
            second.window.output.count * second.weights.outputs
        )
    }
    /// Operations, a multiply-add as two.
    var operations: Double {
        [first, second, third].reduce(shortcut?.operations ?? 0) { $0 + $1.operations }
    }
    /// Channels of the output.
    var channels: Int { third.weights.outputs }

    /// - Parameters:
    ///   - x: the input.
    ///   - middle: two buffers of at least ``middleCounts``.
    ///   - out: may be x when there is no shortcut of its own.
    func run(
        _ x: UnsafePointer<Float>,
        middle: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>),
        into out: UnsafeMutablePointer<Float>, engine: Engine
    ) throws(TensorError) {
        let relu = LinearEpilogue(activation: .relu)
        try run(first, x, into: middle.0, relu, engine)
        try run(second, middle.0, into: middle.1, relu, engine)
        var residual = x
        if let shortcut {
            try run(shortcut, x, into: out, LinearEpilogue(), engine)
            residual = UnsafePointer(out)
        }
        try run(
            third, middle.1, into: out, LinearEpilogue(adding: residual, activation: .relu), engine)
    }

    private func run(
        _ convolution: Convolution, _ x: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>, _ epilogue: LinearEpilogue, _ engine: Engine
    ) throws(TensorError) {
        try engine.convolve(
            WindowInput(x), window: convolution.window, weights: convolution.weights,
            epilogue: epilogue, positions: 0..<convolution.window.output.count, into: out)
    }
}

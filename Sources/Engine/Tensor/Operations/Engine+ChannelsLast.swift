internal import CKernels
internal import VigilCore

extension Engine {
    /// Weights of a convolution as they are published to the order of ``WindowShape``: channels
    /// last.
    ///
    /// - Parameters:
    ///   - weights: [factor.count, channels, taps].
    ///   - factor: multiplies each output.
    ///   - isGrey: all channels see the same input, and are added up into one.
    ///   - out: [factor.count, taps, channels], or with `isGrey` [factor.count, taps].
    package static func channelsLast(
        _ weights: UnsafeBufferPointer<Float>, factor: UnsafeBufferPointer<Float>, channels: Int,
        taps: Int, isGrey: Bool, into out: UnsafeMutableBufferPointer<Float>
    ) throws(TensorError) {
        let count = factor.count * channels * taps
        guard weights.count == count, out.count == (isGrey ? count / max(channels, 1) : count),
            let from = weights.baseAddress, let factors = factor.baseAddress,
            let to = out.baseAddress
        else { throw .badShape("weights of a convolution") }
        vigil_channels_last(from, factors, factor.count, channels, taps, isGrey ? 1 : 0, to)
    }
}

package import Weights

/// Where a model's weights come from: a folder, or a generator.
package protocol WeightSource: Sendable {
    /// Whether there is a tensor of this name.
    func has(_ name: String) -> Bool

    /// Lends a tensor's elements for the call, row-major f32, all finite.
    /// - Parameters:
    ///   - name: the tensor's name.
    ///   - shape: the shape that it must have.
    ///   - body: gets as many elements as the shape has.
    func withFloats<Result>(
        _ name: String, shape: [Int], _ body: (UnsafeBufferPointer<Float>) -> Result
    ) throws(WeightsError) -> Result
}

extension WeightStore: WeightSource {
    package func has(_ name: String) -> Bool { self[name] != nil }
}

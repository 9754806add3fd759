internal import VigilCore

/// Scale and shift of a LayerNorm over `width` columns.
package final class LayerNormWeights: Sendable {
    /// Columns.
    package let width: Int
    /// Added to the variance; 1e-5 in CLIP, 1e-6 in timm and SigLIP, 1e-12 in BERT.
    package let epsilon: Float
    private let values: AlignedBuffer<Float>

    /// Copies the weights.
    ///
    /// - Parameters:
    ///   - gamma: [width] float32 scale.
    ///   - beta: [width] float32 shift; nil: zeros.
    /// - Throws: ``TensorError/outOfMemory(bytes:)`` or ``TensorError/badShape(_:)``.
    package init(
        gamma: UnsafeBufferPointer<Float>, beta: UnsafeBufferPointer<Float>?, epsilon: Float
    ) throws(TensorError) {
        guard !gamma.isEmpty, gamma.count <= 1 << 24, beta.map({ $0.count == gamma.count }) ?? true
        else { throw .badShape("LayerNorm") }
        width = gamma.count
        self.epsilon = epsilon
        values = try AlignedBuffer(count: 2 * gamma.count)
        for index in 0..<gamma.count {
            values.base[index] = gamma[index]
            values.base[gamma.count + index] = beta.map { $0[index] } ?? 0
        }
    }

    /// What each column is multiplied with; valid as long as this object lives.
    package var gamma: UnsafePointer<Float> { UnsafePointer(values.base) }
    /// What is added to each column; valid as long as this object lives.
    package var beta: UnsafePointer<Float> { UnsafePointer(values.base + width) }
}

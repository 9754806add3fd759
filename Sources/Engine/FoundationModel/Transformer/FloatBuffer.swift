package import Tensor

/// Floats that several owners keep: an aligned buffer with a reference count.
package final class FloatBuffer: Sendable {
    private let buffer: AlignedBuffer<Float>

    /// Takes memory, all zero.
    ///
    /// - Throws: when there is none.
    package init(count: Int) throws(TensorError) {
        buffer = try AlignedBuffer(count: count)
    }

    /// The elements. Who writes must be the only user meanwhile.
    package var elements: UnsafeMutableBufferPointer<Float> { buffer.elements }
    /// The first element.
    package var base: UnsafeMutablePointer<Float> { buffer.base }
}

internal import Tensor

/// Floats that several owners keep: an aligned buffer with a reference count.
final class FloatBuffer: Sendable {
    private let buffer: AlignedBuffer<Float>

    /// Takes memory, all zero.
    init(count: Int) throws(TensorError) {
        buffer = try AlignedBuffer(count: count)
    }

    /// The elements. Who writes must be the only user meanwhile.
    var elements: UnsafeMutableBufferPointer<Float> { buffer.elements }
    /// The first element.
    var base: UnsafeMutablePointer<Float> { buffer.base }
}

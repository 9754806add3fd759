internal import Tensor

/// Packed weights of a cache file, handed out in the order in which they were written. One thread.
final class PackedCacheReader {
    private let memory: PackedMemory
    private var offset = 0

    init(memory: PackedMemory) {
        self.memory = memory
    }

    /// The next linear layer.
    func next(outputs: Int, inputs: Int, precision: Precision) throws(ModelError) -> PackedLinear {
        try ModelError.running { () throws(TensorError) in
            let layout = try PackedLayout(outputs: outputs, inputs: inputs, precision: precision)
            guard layout.byteCount <= memory.bytes.count - offset else {
                throw .badPackedWeights(outputs: outputs, inputs: inputs)
            }
            let range = offset..<offset + layout.byteCount
            offset += (layout.byteCount + 63) / 64 * 64
            return try PackedLinear(
                packed: UnsafeRawBufferPointer(rebasing: memory.bytes[range]), layout: layout,
                owner: memory)
        }
    }
}

/// The memory below a model's packed weights.
final class PackedMemory: Sendable {
    private let buffer: AlignedBuffer<UInt8>

    /// Takes zeroed memory.
    init(count: Int) throws(TensorError) {
        buffer = try AlignedBuffer(count: count)
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(buffer.elements) }
    /// For filling, before anyone reads.
    var writable: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(buffer.elements) }
}

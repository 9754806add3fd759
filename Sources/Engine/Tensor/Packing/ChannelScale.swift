internal import VigilCore

/// max(0, x * scale + shift) of each channel: a batch norm that is not part of a convolution before
/// it, with the ReLU that follows it. Immutable.
package final class ChannelScale: Sendable {
    /// Channels.
    package let count: Int
    private let values: AlignedBuffer<Float>

    /// Copies both, [channels] each.
    /// - Throws: ``TensorError/badShape(_:)`` when they differ in size or are empty.
    package init(
        scale: UnsafeBufferPointer<Float>, shift: UnsafeBufferPointer<Float>
    ) throws(TensorError) {
        guard scale.count == shift.count, !scale.isEmpty else { throw .badShape("channel scale") }
        count = scale.count
        // Each part starts at a cache line.
        values = try AlignedBuffer(count: 2 * ((scale.count + 15) / 16 * 16))
        for index in scale.indices {
            values.base[index] = scale[index]
            values.base[values.count / 2 + index] = shift[index]
        }
    }

    var scale: UnsafePointer<Float> { UnsafePointer(values.base) }
    var shift: UnsafePointer<Float> { UnsafePointer(values.base + values.count / 2) }
}

/// Widening of stored floating-point types to f32.
enum FloatConversion {
    /// Lends the elements as f32: the bytes themselves where they are aligned f32, else a copy.
    /// - Parameter type: a floating-point type; for another the buffer is empty.
    static func withFloats<Result, Failure: Error>(
        _ bytes: UnsafeRawBufferPointer, type: TensorType,
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let count = bytes.count / type.size
        let isAligned = Int(bitPattern: bytes.baseAddress) % MemoryLayout<Float>.alignment == 0
        if type == .f32, isAligned {
            return try body(
                UnsafeBufferPointer(
                    start: bytes.baseAddress?.assumingMemoryBound(to: Float.self), count: count))
        }
        let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        defer { copy.deallocate() }
        copy.initialize(repeating: 0)
        widen(bytes, type: type, into: copy)
        return try body(UnsafeBufferPointer(copy))
    }

    /// The place of the first NaN or infinity, nil when all are finite.
    static func firstNotFinite(_ floats: UnsafeBufferPointer<Float>) -> Int? {
        let block = 4096
        for start in stride(from: 0, to: floats.count, by: block) {
            let end = min(start + block, floats.count)
            // The exponent's bits are all set in NaN and infinity alone. The largest magnitude of
            // the block decides; a loop of this form is vectorised.
            var largest: UInt32 = 0
            for index in start..<end {
                largest = max(largest, floats[index].bitPattern & 0x7FFF_FFFF)
            }
            if largest >= 0x7F80_0000 {
                return (start..<end).first { !floats[$0].isFinite }
            }
        }
        return nil
    }

    private static func widen(
        _ bytes: UnsafeRawBufferPointer, type: TensorType,
        into out: UnsafeMutableBufferPointer<Float>
    ) {
        for index in 0..<out.count {
            let offset = index * type.size
            switch type {
            case .f32:
                out[index] = bytes.loadUnaligned(fromByteOffset: offset, as: Float.self)
            case .f64:
                out[index] = Float(bytes.loadUnaligned(fromByteOffset: offset, as: Double.self))
            case .bf16:
                let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                out[index] = Float(bitPattern: UInt32(bits) << 16)
            case .f16:
                let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                out[index] = widenHalf(bits)
            default: break
            }
        }
    }

    /// IEEE 754 binary16 to binary32, exact.
    static func widenHalf(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let magnitude = UInt32(bits & 0x7FFF)
        if magnitude >= 0x7C00 {  // infinity and NaN
            return Float(bitPattern: sign | 0x7F80_0000 | (magnitude & 0x3FF) << 13)
        }
        // 2^112 moves the exponent's bias from 15 to 127, for subnormal numbers as well.
        let scaled = Float(bitPattern: magnitude << 13) * Float(bitPattern: (112 + 127) << 23)
        return Float(bitPattern: sign | scaled.bitPattern)
    }
}

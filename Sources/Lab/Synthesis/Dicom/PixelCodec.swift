/// Compresses one grey frame without loss.
package protocol PixelCodec: Sendable {
    /// A JPEG-LS or JPEG 2000 codestream of `rows` by `columns` values of `bits` bits.
    func encode(
        _ pixels: [UInt16], rows: Int, columns: Int, bits: Int,
        as encoding: SynthesisOptions.Encoding
    ) throws(SynthesisError) -> [UInt8]
}

/// What stands for a codec where nothing is compressed.
package struct NoCodec: PixelCodec {
    package init() {}

    package func encode(
        _ pixels: [UInt16], rows: Int, columns: Int, bits: Int,
        as encoding: SynthesisOptions.Encoding
    ) throws(SynthesisError) -> [UInt8] {
        throw .encoderMissing
    }
}

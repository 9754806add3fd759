internal import ByteReading
internal import VigilCore

/// The fields of a message of onnx.proto in order.
struct OnnxFields {
    private let format: FormatReader
    private var fields: ProtobufReader<UnsafeRawBufferPointer>

    /// - Parameter message: stands where the message begins, and ends where it ends.
    init(_ message: FormatReader) {
        format = message
        fields = ProtobufReader(message.reader)
    }

    /// One field.
    struct Field {
        let number: Int
        let content: ProtobufField.Content
        let error: ConversionError

        /// The bytes of a length-delimited or fixed field.
        func range() throws(ConversionError) -> Range<Int> {
            switch content {
            case .bytes(let range), .fixed(let range): return range
            case .number: throw error
            }
        }

        /// The number of a varint field.
        func integer() throws(ConversionError) -> UInt64 {
            guard case .number(let value) = content else { throw error }
            return value
        }
    }

    /// The next field, nil at the end.
    mutating func next() throws(ConversionError) -> Field? {
        do throws(ByteFailure) {
            guard let field = try fields.next() else { return nil }
            return Field(
                number: field.number, content: field.content,
                error: .malformed(
                    format: format.format, reason: "a field has another type",
                    offset: field.start))
        } catch {
            throw format.told(error)
        }
    }
}

internal import ByteReading
internal import VigilCore

/// The fields of a message of a `spiece.model` in order, within its bounds.
struct SentencePieceFields {
    /// A field's content, as those take it who know which field it is.
    struct Value {
        fileprivate let content: ProtobufField.Content
        fileprivate let reader: ByteReader<ArraySlice<UInt8>>

        /// A whole number that is 0 or more and fits.
        var integer: Int? {
            guard case .number(let value) = content else { return nil }
            return Int(exactly: value)
        }

        var isTrue: Bool? {
            guard case .number(let value) = content else { return nil }
            return value != 0
        }

        var float: Float? {
            guard case .fixed(let range) = content, range.count == 4 else { return nil }
            return Float(bitPattern: UInt32(truncatingIfNeeded: reader.number(in: range)))
        }

        /// Bytes, a text or another message.
        var bytes: ArraySlice<UInt8>? {
            guard case .bytes(let range) = content else { return nil }
            return reader.bytes[range]
        }
    }

    private let whole: ByteReader<ArraySlice<UInt8>>
    private var fields: ProtobufReader<ArraySlice<UInt8>>
    private var place: Int
    private let file: SafeText

    init(_ bytes: ArraySlice<UInt8>, file: SafeText) {
        whole = ByteReader(bytes)
        fields = ProtobufReader(whole)
        place = bytes.startIndex
        self.file = file
    }

    /// The error for what stands here.
    func bad(_ reason: SafeText) -> TokenizersError { bad(reason, at: place) }

    private func bad(_ reason: SafeText, at place: Int) -> TokenizersError {
        .badFile(file: file, reason: "\(reason), near byte \(place)")
    }

    /// The next field, nil at the end.
    mutating func next() throws(TokenizersError) -> (field: Int, value: Value)? {
        do throws(ByteFailure) {
            guard let field = try fields.next() else { return nil }
            place = fields.offset
            return (field.number, Value(content: field.content, reader: whole))
        } catch {
            throw bad(Self.words(error.fault), at: error.offset)
        }
    }

    private static func words(_ fault: ByteFailure.Fault) -> SafeText {
        switch fault {
        case .end: "the file is cut off"
        case .length(let count): "a field of \(count) bytes is cut off"
        case .endlessNumber: "a number is too long"
        case .fieldNumber: "a field has no valid number"
        case .wireType: "a field has an unknown wire type"
        }
    }
}

internal import ByteReading
internal import VigilCore

/// Reads a part of a file of some format in order; what is wrong with it is told in the format's
/// name.
///
/// The bytes belong to a ``FrozenFile`` that outlives the reader.
struct FormatReader {
    /// The format's name, for errors.
    let format: SafeText
    private(set) var reader: ByteReader<UnsafeRawBufferPointer>

    /// Reads a range of a file, clamped to the file.
    init(_ bytes: UnsafeRawBufferPointer, range: Range<Int>? = nil, format: SafeText) {
        self.format = format
        reader = ByteReader(bytes, range: range)
    }

    /// The whole file.
    var bytes: UnsafeRawBufferPointer { reader.bytes }

    /// Where the next byte is read, from the start of the file.
    var offset: Int { reader.offset }

    /// Bytes that are left.
    var remaining: Int { reader.remaining }

    /// An error about the place where the reader stands.
    func malformed(_ reason: SafeText) -> ConversionError {
        .malformed(format: format, reason: reason, offset: offset)
    }

    mutating func byte() throws(ConversionError) -> UInt8 {
        do throws(ByteFailure) { return try reader.byte() } catch { throw told(error) }
    }

    /// The range of the next `count` bytes, which are passed over.
    mutating func take(_ count: Int) throws(ConversionError) -> Range<Int> {
        do throws(ByteFailure) { return try reader.take(count) } catch { throw told(error) }
    }

    /// A little-endian number of up to 8 bytes.
    mutating func number(bytes count: Int) throws(ConversionError) -> UInt64 {
        do throws(ByteFailure) {
            return try reader.number(bytes: count)
        } catch {
            throw told(error)
        }
    }

    /// A length of up to 8 bytes that the rest of the bytes can hold.
    mutating func length(bytes count: Int) throws(ConversionError) -> Int {
        do throws(ByteFailure) {
            return try reader.length(bytes: count)
        } catch {
            throw told(error)
        }
    }

    /// The rest as numbers of 7 bits a byte: a packed field's content.
    mutating func varints() throws(ConversionError) -> [UInt64] {
        var values: [UInt64] = []
        do throws(ByteFailure) {
            while !reader.isAtEnd { values.append(try reader.varint()) }
        } catch {
            throw told(error)
        }
        return values
    }

    /// The bytes up to a line feed, which is passed over and left out.
    mutating func line(limit: Int) throws(ConversionError) -> Range<Int> {
        let start = offset
        while true {
            let found = try byte()
            if found == 0x0A { return start..<offset - 1 }
            guard offset - start <= limit else {
                throw .overLimit(what: "bytes in a line", limit: limit)
            }
        }
    }

    /// The bytes of a range as an array; empty where the range leaves the file.
    func copy(_ range: Range<Int>) -> [UInt8] {
        Array(bytes[range.clamped(to: 0..<bytes.count)])
    }

    /// What the bytes are wrong in, in the words of the converter.
    func told(_ failure: ByteFailure) -> ConversionError {
        let reason: SafeText =
            switch failure.fault {
            case .end: "it ends too soon"
            case .length(let found): "a length of \(found) leaves it"
            case .endlessNumber: "a number has more than 10 bytes"
            case .fieldNumber: "a field has no number"
            case .wireType(let type): "a field has the wire type \(type)"
            }
        return .malformed(format: format, reason: reason, offset: failure.offset)
    }
}

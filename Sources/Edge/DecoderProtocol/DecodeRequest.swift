/// What the worker asks of a decoder. The file itself comes as a descriptor beside these bytes.
package struct DecodeRequest: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = 64
    /// Both sides must speak the same version; they are built together.
    package static let version: UInt16 = 5
    private static let magic: UInt32 = 0x5152_4756  // "VGRQ"

    /// Bytes of input.
    package var maximumBytes: UInt64
    /// Rows times columns times samples times frames.
    package var maximumPixels: UInt64
    /// Bytes of a data set after inflating.
    package var maximumInflated: UInt64
    /// Rows, and columns.
    package var maximumSide: UInt32
    package var maximumFrames: UInt32
    /// Centre and width in modality units; nil takes the file's own transform.
    package var window: (center: Double, width: Double)?
    /// Whether the values themselves are wanted as well.
    package var wantsValues = false
    /// Whether the decoder is to tell a DICOM file's header and to wait, before it decodes pixels.
    package var asksFirst = false
    /// What it is told then, one byte; anything else ends the file without a reply.
    package static let goOn: UInt8 = 1
    package static let leaveOut: UInt8 = 0

    package init(
        maximumBytes: UInt64, maximumPixels: UInt64, maximumInflated: UInt64, maximumSide: UInt32,
        maximumFrames: UInt32, window: (center: Double, width: Double)?
    ) {
        self.maximumBytes = maximumBytes
        self.maximumPixels = maximumPixels
        self.maximumInflated = maximumInflated
        self.maximumSide = maximumSide
        self.maximumFrames = maximumFrames
        self.window = window
    }

    /// The 64 bytes for the wire.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(Self.version)
        writer.put(UInt16((window == nil ? 0 : 1) | (wantsValues ? 2 : 0) | (asksFirst ? 4 : 0)))
        writer.put(maximumBytes)
        writer.put(maximumPixels)
        writer.put(maximumInflated)
        writer.put(maximumSide)
        writer.put(maximumFrames)
        writer.put(UInt64(0))
        writer.put(window?.center ?? 0)
        writer.put(window?.width ?? 0)
        return writer.bytes
    }

    /// Reads the encoded form; nil when it is another message or version.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count == Self.encodedLength else { return nil }
        var reader = FieldReader(bytes)
        guard reader.take(UInt32.self) == Self.magic, reader.take(UInt16.self) == Self.version
        else { return nil }
        let flags = reader.take(UInt16.self)
        wantsValues = flags & 2 != 0
        asksFirst = flags & 4 != 0
        maximumBytes = reader.take()
        maximumPixels = reader.take()
        maximumInflated = reader.take()
        maximumSide = reader.take()
        maximumFrames = reader.take()
        _ = reader.take(UInt64.self)
        let center = reader.takeDouble()
        let width = reader.takeDouble()
        window = flags & 1 != 0 ? (center, width) : nil
    }

    package static func == (left: DecodeRequest, right: DecodeRequest) -> Bool {
        left.encoded() == right.encoded()
    }
}

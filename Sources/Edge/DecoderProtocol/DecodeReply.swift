/// What a decoder answers. On success `pixelCount` bytes of grey follow these on the wire, then the
/// values, then the places.
package struct DecodeReply: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = 400
    private static let magic: UInt32 = 0x5052_4756  // "VGRP"
    /// Numbers of a frame's place: position, orientation and moment (`VIGIL_PLACE_NUMBERS`).
    package static let placeCount = 15

    /// Whether there is an image, or why not.
    package var status: DecodeStatus
    /// How the file held it.
    package var image = DecodedShape()
    /// How its samples became grey.
    package var window = DecodedWindow()
    /// Millimetres between rows and between columns; 0 when unknown.
    package var spacing = (rows: 0.0, columns: 0.0)
    /// rows * columns * frames.
    package var pixelCount: UInt64 = 0
    /// Values of 16 bits that follow the pixels: as many, or none.
    package var valueCount: UInt64 = 0
    /// Whether of each frame ``placeCount`` numbers of 64 bits follow.
    package var hasPlaces = false
    /// What the file calls itself.
    package var names = DecodedNames()
    /// What was put right or is odd: `vigil_note` of `CDicom.h`, one bit each.
    package var notes: UInt32 = 0
    /// What a refusal is about: `vigil_label` of `CDicom.h`; 0 for nothing in particular.
    package var label: UInt16 = 0

    package init(status: DecodeStatus) {
        self.status = status
    }

    /// The 400 bytes for the wire.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(DecodeRequest.version)
        writer.put(status.rawValue)
        image.put(to: &writer)
        writer.put(window.used)
        writer.put(UInt8(image.isInverted ? 1 : 0))
        writer.put(UInt8(image.isLossy ? 1 : 0))
        writer.put(UInt32(hasPlaces ? 1 : 0))
        for value in [window.center, window.width, spacing.rows, spacing.columns] {
            writer.put(value)
        }
        writer.put(pixelCount)
        writer.put(valueCount)
        names.put(to: &writer)
        writer.put(notes)
        writer.put(label)
        writer.put(UInt16(0))
        return writer.bytes
    }

    /// Reads the encoded form; nil when it is no reply of this version. Counts are unchecked.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count == Self.encodedLength else { return nil }
        var reader = FieldReader(bytes)
        guard reader.take(UInt32.self) == Self.magic,
            reader.take(UInt16.self) == DecodeRequest.version,
            let status = DecodeStatus(rawValue: reader.take())
        else { return nil }
        self.status = status
        image = DecodedShape(from: &reader)
        window.used = reader.take()
        image.isInverted = reader.take(UInt8.self) == 1
        image.isLossy = reader.take(UInt8.self) == 1
        hasPlaces = reader.take(UInt32.self) == 1
        window.center = reader.takeDouble()
        window.width = reader.takeDouble()
        spacing = (reader.takeDouble(), reader.takeDouble())
        pixelCount = reader.take()
        valueCount = reader.take()
        names = DecodedNames(from: &reader)
        notes = reader.take()
        label = reader.take()
    }

    package static func == (one: DecodeReply, other: DecodeReply) -> Bool {
        one.encoded() == other.encoded()
    }
}

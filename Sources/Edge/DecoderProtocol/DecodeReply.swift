/// What a decoder answers. On success `pixelCount` bytes of grey follow these on the wire, then the
/// values, then the places.
package struct DecodeReply: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = 400
    private static let magic: UInt32 = 0x5052_4756  // "VGRP"
    private static let uidField = 68
    private static let codeField = 20

    /// Whether there is an image, or why not.
    package var status: DecodeStatus
    /// Height in pixels.
    package var rows: UInt32 = 0
    /// Width in pixels.
    package var columns: UInt32 = 0
    /// Frames, all of one size.
    package var frames: UInt32 = 0
    /// Bits of a stored sample that carry its value.
    package var bitsStored: UInt16 = 0
    /// Samples of a pixel: 1 grey, 3 colour.
    package var samples: UInt16 = 0
    /// 0 DICOM, 1 PNG, 2 JPEG.
    package var container: UInt8 = 0
    /// `vigil_window_used` of `CDicom.h`.
    package var windowUsed: UInt8 = 0
    package var inverted = false
    package var lossy = false
    package var windowCenter = 0.0
    package var windowWidth = 0.0
    /// Millimetres; 0 when unknown.
    package var spacingRows = 0.0
    package var spacingColumns = 0.0
    /// rows * columns * frames.
    package var pixelCount: UInt64 = 0
    /// Values of 16 bits that follow the pixels: as many, or none.
    package var valueCount: UInt64 = 0
    /// Whether of each frame ``placeCount`` numbers of 64 bits follow.
    package var hasPlaces = false
    /// Numbers of a frame's place: position, orientation and moment (`VIGIL_PLACE_NUMBERS`).
    package static let placeCount = 15
    /// ASCII from the file, unchecked: these may hold anything a file holds.
    package var studyUID: [UInt8] = []
    package var seriesUID: [UInt8] = []
    package var instanceUID: [UInt8] = []
    package var transferSyntax: [UInt8] = []
    package var modality: [UInt8] = []
    package var photometric: [UInt8] = []

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
        writer.put(rows)
        writer.put(columns)
        writer.put(frames)
        writer.put(bitsStored)
        writer.put(samples)
        writer.put(container)
        writer.put(windowUsed)
        writer.put(UInt8(inverted ? 1 : 0))
        writer.put(UInt8(lossy ? 1 : 0))
        writer.put(UInt32(hasPlaces ? 1 : 0))
        for value in [windowCenter, windowWidth, spacingRows, spacingColumns] { writer.put(value) }
        writer.put(pixelCount)
        writer.put(valueCount)
        for uid in [studyUID, seriesUID, instanceUID, transferSyntax] {
            writer.put(uid, field: Self.uidField)
        }
        writer.put(modality, field: Self.codeField)
        writer.put(photometric, field: Self.codeField)
        writer.put(notes)
        writer.put(label)
        writer.put(UInt16(0))
        return writer.bytes
    }

    /// Reads the encoded form; nil when it is no reply of this version. Counts are unchecked.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count == Self.encodedLength else { return nil }
        var reader = ByteReader(bytes)
        guard reader.take(UInt32.self) == Self.magic,
            reader.take(UInt16.self) == DecodeRequest.version,
            let status = DecodeStatus(rawValue: reader.take())
        else { return nil }
        self.status = status
        rows = reader.take()
        columns = reader.take()
        frames = reader.take()
        bitsStored = reader.take()
        samples = reader.take()
        container = reader.take()
        windowUsed = reader.take()
        inverted = reader.take(UInt8.self) == 1
        lossy = reader.take(UInt8.self) == 1
        hasPlaces = reader.take(UInt32.self) == 1
        windowCenter = reader.takeDouble()
        windowWidth = reader.takeDouble()
        spacingRows = reader.takeDouble()
        spacingColumns = reader.takeDouble()
        pixelCount = reader.take()
        valueCount = reader.take()
        studyUID = reader.takeText(field: Self.uidField)
        seriesUID = reader.takeText(field: Self.uidField)
        instanceUID = reader.takeText(field: Self.uidField)
        transferSyntax = reader.takeText(field: Self.uidField)
        modality = reader.takeText(field: Self.codeField)
        photometric = reader.takeText(field: Self.codeField)
        notes = reader.take()
        label = reader.take()
    }
}

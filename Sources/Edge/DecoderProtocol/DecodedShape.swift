/// How a file held its image.
package struct DecodedShape: Sendable {
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
    /// Whether the grey scale was turned over.
    package var isInverted = false
    /// Whether the pixels were lossily compressed at some time.
    package var isLossy = false

    package init() {}

    /// Reads what ``put(to:)`` wrote.
    init(from reader: inout FieldReader) {
        rows = reader.take()
        columns = reader.take()
        frames = reader.take()
        bitsStored = reader.take()
        samples = reader.take()
        container = reader.take()
    }

    /// Writes all but the two flags, which stand behind the window's kind.
    func put(to writer: inout ByteWriter) {
        writer.put(rows)
        writer.put(columns)
        writer.put(frames)
        writer.put(bitsStored)
        writer.put(samples)
        writer.put(container)
    }
}

/// How samples became grey.
package struct DecodedWindow: Sendable {
    /// `vigil_window_used` of `CDicom.h`.
    package var used: UInt8 = 0
    /// In modality units, as ``width``.
    package var center = 0.0
    package var width = 0.0

    package init() {}
}

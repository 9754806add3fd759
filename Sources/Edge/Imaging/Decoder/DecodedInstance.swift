internal import DecoderProtocol
package import VigilCore

/// One decoded file: its frames as grey images, and facts that name no patient.
package struct DecodedInstance: Sendable {
    /// At least one, all of the same size.
    package let frames: [GreyImage]
    /// What the file calls itself.
    package let uids: InstanceUIDs
    package let modality: Modality
    /// How the file held its pixels.
    package let encoding: PixelEncoding
    /// How the first frame's values became grey.
    package let window: GreyWindow
    /// What was put right of the file's labels, or is odd about them.
    package let notes: [ImageNote]
    /// Millimetres between the centres of neighbouring rows and columns; nil when unknown.
    package let pixelSpacing: (rows: Double, columns: Double)?
    /// Modality values, such as Hounsfield units, rounded to whole ones, of all frames; empty
    /// unless they were asked for.
    package let values: [Int16]
    /// Where each frame lies in the patient; empty when the file does not say of all, or when the
    /// values were not asked for.
    package let places: [SlicePlace]
    /// When and how each frame was taken; as many as ``places``.
    package let moments: [SliceMoment]
    /// SHA-256 over width, height, number of frames (64-bit little-endian each) and all grey
    /// values.
    package let pixelDigest: Digest
    /// What the decoder process took for it.
    package internal(set) var processorTime = Duration.zero

    /// The flags of the file itself, whatever is done with its frames.
    package var flags: [String] {
        notes.map(\.flag) + (encoding.isLossy ? ["lossy_compression"] : [])
    }

    /// Columns of each frame.
    package var width: Int { frames[0].width }
    /// Rows of each frame.
    package var height: Int { frames[0].height }

    /// The name of one frame's pixels: SHA-256 over ``pixelDigest`` and the frame's index, 64-bit
    /// little-endian.
    package func digest(ofFrame index: Int) -> Digest {
        let number = UInt64(index)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        return Digest(of: pixelDigest.bytes + bytes)
    }

    init(
        reply: DecodeReply, frames: [GreyImage], windowUsed: WindowUsed, values: [Int16],
        places numbers: [Double]
    ) {
        self.frames = frames
        self.values = values
        let rows = stride(from: 0, to: numbers.count, by: DecodeReply.placeCount).map {
            numbers[$0..<min($0 + DecodeReply.placeCount, numbers.count)]
        }
        let places = rows.compactMap { SlicePlace(Array($0.prefix(9))) }
        let areStated = places.count == frames.count
        self.places = areStated ? places : []
        moments = areStated ? rows.map { SliceMoment(Array($0.dropFirst(9))) } : []
        uids = InstanceUIDs(reply.names)
        modality =
            Modality(rawValue: String(decoding: reply.names.modality, as: UTF8.self)) ?? .other
        encoding = PixelEncoding(reply)
        window = GreyWindow(windowUsed, reply.window)
        notes = ImageNote.all(of: reply.notes)
        let spacing = reply.spacing
        let isStated =
            spacing.rows > 0 && spacing.columns > 0 && spacing.rows.isFinite
            && spacing.columns.isFinite
        pixelSpacing = isStated ? spacing : nil
        pixelDigest = Self.digest(frames)
    }

    private static func digest(_ frames: [GreyImage]) -> Digest {
        var hasher = DigestHasher()
        for value in [frames.first?.width ?? 0, frames.first?.height ?? 0, frames.count] {
            let number = UInt64(value)
            hasher.update((0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }
        for frame in frames { frame.pixels.withUnsafeBytes { hasher.update($0) } }
        return hasher.finish()
    }
}

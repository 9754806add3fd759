/// Takes messages out of the bytes of a connection: what stands between 0x0b and 0x1c 0x0d
/// (Minimal Lower Layer Protocol, release 1). What stands outside of a frame is passed over.
package struct MLLPFrames: Sendable {
    package static let start: UInt8 = 0x0b
    package static let end: [UInt8] = [0x1c, 0x0d]

    /// The longest frame, and the most bytes outside of frames in a row.
    private let bytesMax: Int
    private var frame: [UInt8] = []
    /// Whether a frame has begun and not ended.
    package private(set) var isInside = false
    private var strayBytes = 0

    package init(bytesMax: Int = HL7Message.bytesMax) {
        self.bytesMax = bytesMax
    }

    /// A frame with a message in it.
    package static func framed(_ message: [UInt8]) -> [UInt8] { [start] + message + end }

    /// Takes bytes as they came.
    ///
    /// - Returns: the messages that are whole now; nil when a frame, or what is none, is longer
    ///   than any may be, and the connection is of no more use.
    package mutating func take(_ bytes: [UInt8]) -> [[UInt8]]? {
        var whole: [[UInt8]] = []
        for byte in bytes {
            if byte == Self.start {
                // A frame that begins anew was cut before.
                (isInside, frame, strayBytes) = (true, [], 0)
            } else if !isInside {
                strayBytes += 1
                guard strayBytes <= bytesMax else { return nil }
            } else {
                frame.append(byte)
                if frame.suffix(2).elementsEqual(Self.end) {
                    whole.append(Array(frame.dropLast(2)))
                    (isInside, frame) = (false, [])
                }
                guard frame.count <= bytesMax else { return nil }
            }
        }
        return whole
    }
}

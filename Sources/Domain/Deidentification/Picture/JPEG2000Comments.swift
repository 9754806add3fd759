/// Codestreams of JPEG 2000 one behind another (ITU-T T.800 annex A).
enum JPEG2000Comments {
    private static let start: [UInt8] = [0xFF, 0x4F, 0xFF, 0x51]
    private static let comment = 0xFF64
    private static let tile = 0xFF90
    private static let data = 0xFF93
    private static let end = 0xFFD9

    /// Overwrites comments, and all between and behind codestreams, so that each byte stays in its
    /// place. A file format around the codestream, which DICOM does not have, is refused.
    static func blank(in bytes: inout [UInt8]) throws(DeidentificationRefusal) {
        guard bytes.starts(with: start) else { throw .compressedPixels }
        var place = 0
        while place < bytes.count {
            if bytes[place...].starts(with: start) {
                place = try stream(&bytes, from: place + 2)
            } else {
                bytes[place] = 0
                place += 1
            }
        }
    }

    /// Goes over one codestream and tells where it has ended.
    private static func stream(
        _ bytes: inout [UInt8], from begin: Int
    ) throws(DeidentificationRefusal) -> Int {
        var place = begin
        var tileEnd = begin
        while place + 1 < bytes.count {
            let marker = number(bytes, place, 2)
            if marker == end { return place + 2 }
            if marker == data {
                guard tileEnd > place else { throw .compressedPixels }
                place = tileEnd
                continue
            }
            let length = number(bytes, place + 2, 2)
            guard marker >= 0xFF00, length >= 2, place + 2 + length <= bytes.count else {
                throw .compressedPixels
            }
            if marker == tile {
                let all = number(bytes, place + 6, 4)
                // None stands for all that is left but the last marker.
                tileEnd = all == 0 ? bytes.lastIndex(of: 0xD9).map { $0 - 1 } ?? 0 : place + all
                guard tileEnd <= bytes.count else { throw .compressedPixels }
            }
            if marker == comment, length > 4 {
                let text = place + 6..<place + 2 + length
                bytes.replaceSubrange(text, with: repeatElement(0x20, count: text.count))
            }
            place += 2 + length
        }
        throw .compressedPixels
    }

    /// A big-endian number; of bytes that are not there nothing.
    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        guard place >= 0, place + count <= bytes.count else { return 0 }
        return bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
    }
}

/// JPEG and JPEG-LS pictures one behind another (ITU-T T.81 annex B, T.87 annex C).
enum JPEGComments {
    private static let start: UInt8 = 0xD8
    private static let end: UInt8 = 0xD9
    private static let scan: UInt8 = 0xDA
    private static let comment: UInt8 = 0xFE
    /// What a decoder needs of application segments: by marker, how they begin, and how much of
    /// them stays.
    private static let needed: [UInt8: (start: [UInt8], count: Int)] = [
        0xE0: (Array("JFIF\0".utf8), 12), 0xE8: (Array("mrfx".utf8), 5),
        0xEE: (Array("Adobe".utf8), 12),
    ]

    /// Overwrites comments, what applications have written, and all between and behind pictures,
    /// so that each byte stays in its place.
    static func blank(in bytes: inout [UInt8]) throws(DeidentificationRefusal) {
        guard bytes.starts(with: [0xFF, start]) else { throw .compressedPixels }
        var place = 0
        while let begin = begin(of: &bytes, from: place) {
            place = try picture(&bytes, from: begin + 2)
        }
    }

    /// Where the next picture begins; what lies before it becomes zeros.
    private static func begin(of bytes: inout [UInt8], from place: Int) -> Int? {
        for index in place..<bytes.count {
            if bytes[index] == 0xFF, index + 1 < bytes.count, bytes[index + 1] == start {
                return index
            }
            bytes[index] = 0
        }
        return nil
    }

    /// Goes over one picture and tells where it has ended.
    private static func picture(
        _ bytes: inout [UInt8], from begin: Int
    ) throws(DeidentificationRefusal) -> Int {
        var place = begin
        while place + 1 < bytes.count {
            guard bytes[place] == 0xFF else { throw .compressedPixels }
            let marker = bytes[place + 1]
            place += marker == 0xFF ? 1 : 2
            switch marker {
            case 0xFF, 0x01, 0xD0...0xD7: continue
            case end: return place
            default: place = try segment(&bytes, marker, from: place)
            }
        }
        throw .compressedPixels
    }

    /// Goes over a segment that tells its length, and over the scan behind its head.
    private static func segment(
        _ bytes: inout [UInt8], _ marker: UInt8, from place: Int
    ) throws(DeidentificationRefusal) -> Int {
        guard place + 1 < bytes.count else { throw .compressedPixels }
        let next = place + (Int(bytes[place]) << 8 | Int(bytes[place + 1]))
        guard next >= place + 2, next <= bytes.count else { throw .compressedPixels }
        let body = place + 2..<next
        if marker == comment {
            bytes.replaceSubrange(body, with: repeatElement(0x20, count: body.count))
        }
        if (0xE0...0xEF).contains(marker) {
            let isNeeded = needed[marker].map { bytes[body].starts(with: $0.start) } ?? false
            let kept = isNeeded ? min(body.count, needed[marker]?.count ?? 0) : 0
            let blanked = body.lowerBound + kept..<body.upperBound
            bytes.replaceSubrange(blanked, with: repeatElement(0, count: blanked.count))
        }
        return marker == scan ? scanEnd(bytes, from: next) : next
    }

    /// The marker behind a scan: behind FF stands 00 or a restart in JPEG, and less than 80 in
    /// JPEG-LS, where it is none.
    private static func scanEnd(_ bytes: [UInt8], from place: Int) -> Int {
        var index = place
        while index + 1 < bytes.count {
            let next = bytes[index + 1]
            if bytes[index] == 0xFF, next >= 0xC0, next != 0xFF, !(0xD0...0xD7).contains(next) {
                return index
            }
            index += 1
        }
        return bytes.count
    }
}

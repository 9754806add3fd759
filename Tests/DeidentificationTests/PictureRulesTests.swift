import Testing

@testable import Deidentification

/// What is refused for what its pixels may show, and what is cut out from among them.
struct PictureRulesTests {
    @Test(
        "what may show a name by its class, kind or own word is refused",
        arguments: [
            (0x0008_0016, "1.2.840.10008.5.1.4.1.1.7", DeidentificationRefusal.burnedInByClass),
            (0x0008_0016, "1.2.840.10008.5.1.4.1.1.6.1", .burnedInByClass),
            (0x0008_0016, "1.2.840.10008.5.1.4.1.1.77.1.4", .burnedInByClass),
            (0x0008_0016, "1.2.840.10008.5.1.4.1.1.104.1", .opaqueObject),
            (0x0008_0016, "1.2.840.10008.5.1.4.1.1.66", .opaqueObject),
            (0x0008_0016, "1.2.840.10008.5.1.4.1.1.88.33", .structuredContent),
            (0x0008_0016, "1.2.826.0.1.3680043", .unknownClass),
            (0x0008_0016, "1.2.840.10008.5.1.4.1.1.11.CANARY", .unknownClass),
            (0x0008_0008, "DERIVED\\SECONDARY\\SCREEN SAVE", .burnedInByKind),
            (0x0008_0064, "WSD", .burnedInByKind), (0x0028_0301, "YES", .burnedInByTag),
            (0x0028_0302, "YES", .recognizable), (0x6000_0010, "8", .overlayInPixels),
        ] as [(UInt32, String, DeidentificationRefusal)])
    func refused(number: UInt32, value: String, reason: DeidentificationRefusal) {
        var made = MadeFile()
        made.add(number, number == 0x0008_0016 ? .identifier : .code, value)
        #expect(throws: reason) { try made.deidentified() }
    }

    @Test("a person's look waives class and kind, and not what the file says itself")
    func seen() throws {
        let deidentifier = Deidentifier(key: MadeFile.key, options: [], arePixelsSeen: true)
        var made = MadeFile()
        made.add(0x0008_0016, .identifier, "1.2.840.10008.5.1.4.1.1.7")
        _ = try deidentifier.apply(made.bytes)
        made.add(0x0028_0301, .code, "YES")
        #expect(throws: DeidentificationRefusal.burnedInByTag) {
            try deidentifier.apply(made.bytes)
        }
    }

    @Test("bytes behind the last pixel go, and the pixels stay")
    func trailing() throws {
        var made = MadeFile()
        made.set.set(.samplesPerPixel, .unsignedShort, .bytes([1, 0]))
        made.set.set(.rows, .unsignedShort, .bytes([2, 0]))
        made.set.set(.columns, .unsignedShort, .bytes([3, 0]))
        made.set.set(.bitsAllocated, .unsignedShort, .bytes([16, 0]))
        made.set.set(.photometric, .code, "MONOCHROME2")
        made.set.set(.pixelData, .otherWord, .bytes(Array("twelve bytesCANARY".utf8)[...]))
        #expect(
            try made.deidentified().bytes(.pixelData).map(Array.init) == Array("twelve bytes".utf8))
    }

    @Test("comments and what applications wrote into JPEG are blanked in their place")
    func jpeg() throws {
        let head: [UInt8] = [0xFF, 0xD8, 0xFF, 0xFE, 0, 8] + MadeFile.canary
        let application: [UInt8] = [0xFF, 0xE1, 0, 8] + MadeFile.canary
        let scan: [UInt8] = [0xFF, 0xDA, 0, 2, 1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9]
        var bytes = head + application + scan + MadeFile.canary
        let before = bytes
        try JPEGComments.blank(in: &bytes)
        #expect(!bytes.holds(MadeFile.canary) && bytes.count == before.count)
        #expect(bytes[22..<36].elementsEqual(before[22..<36]))
        for end in 1..<36 {
            var part = Array(before[..<end])
            #expect(throws: DeidentificationRefusal.compressedPixels) {
                try JPEGComments.blank(in: &part)
            }
        }
    }

    @Test("comments of JPEG 2000 are blanked in the main head and in those of tiles")
    func jpeg2000() throws {
        let comment: [UInt8] = [0xFF, 0x64, 0, 10, 0, 1] + MadeFile.canary
        let size: [UInt8] = [0xFF, 0x51, 0, 4, 0, 0]
        let data: [UInt8] = [0xFF, 0x93, 1, 0xFF, 0x64, 0, 2, 3]
        let tile: [UInt8] =
            [0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, UInt8(12 + comment.count + data.count), 0, 1]
        let before =
            [0xFF, 0x4F] + size + comment + tile + comment + data + [0xFF, 0xD9] as [UInt8]
        var bytes = before + MadeFile.canary
        try JPEG2000Comments.blank(in: &bytes)
        #expect(!bytes.holds(MadeFile.canary) && bytes.count == before.count + 6)
        #expect(bytes[..<before.count].suffix(10).elementsEqual(before.suffix(10)))
        var part = Array(before.dropLast(2))
        #expect(throws: DeidentificationRefusal.compressedPixels) {
            try JPEG2000Comments.blank(in: &part)
        }
    }

    /// Letters five wide and seven high, a row a byte.
    private static let letters: [[UInt8]] = [
        [14, 17, 17, 31, 17, 17, 17], [30, 17, 17, 30, 17, 17, 30], [31, 16, 16, 30, 16, 16, 31],
        [17, 17, 17, 31, 17, 17, 17], [17, 17, 21, 21, 21, 27, 17], [31, 4, 4, 4, 4, 4, 4],
    ]

    /// A soft ball of grey with so many letters on a line, each point so many pixels wide.
    private static func picture(letters count: Int, scale: Int, ink: UInt8) -> [UInt8] {
        let side = 300
        var pixels = (0..<side * side).map { place in
            let (x, y) = (place % side - 150, place / side - 150)
            return UInt8(max(0, 160 - (x * x + y * y) / 120))
        }
        for letter in 0..<count {
            for row in 0..<7 {
                for column in 0..<5 where letters[letter % 6][row] >> (4 - column) & 1 == 1 {
                    for point in 0..<scale * scale {
                        let x = 10 + (letter * 6 + column) * scale + point % scale
                        let y = 150 + row * scale + point / scale
                        pixels[y * side + x] = ink
                    }
                }
            }
        }
        return pixels
    }

    @Test(
        "letters on a line are found, bright or dark, small or large",
        arguments: [(1, 255), (2, 255), (3, 255), (2, 0)] as [(Int, UInt8)])
    func letters(scale: Int, ink: UInt8) {
        var pixels = Self.picture(letters: 6, scale: scale, ink: ink)
        if ink == 0 { pixels = pixels.map { $0 == 0 ? 0 : max($0, 150) } }
        #expect(TextLikeMarks.areSuspected(width: 300, height: 300, pixels: pixels))
    }

    @Test("the single letter of a side, and a picture without any, are no text")
    func sides() {
        for count in [0, 1, 2] {
            let pixels = Self.picture(letters: count, scale: 3, ink: 255)
            #expect(!TextLikeMarks.areSuspected(width: 300, height: 300, pixels: pixels))
        }
    }
}

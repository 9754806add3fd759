/// A grey image as a PNG file (ISO/IEC 15948), 8 bits, stored without compression: no library is
/// needed, and the bytes are the same everywhere.
package enum GreyPNG {
    /// The bytes of a file.
    package static func bytes(of image: GreyImage) -> [UInt8] {
        bytes(image.pixels, width: image.width, height: image.height, isColour: false)
    }

    /// The bytes of a file of grey or red, green and blue values, row by row.
    static func bytes(_ values: [UInt8], width: Int, height: Int, isColour: Bool) -> [UInt8] {
        let stride = width * (isColour ? 3 : 1)
        var lines: [UInt8] = []
        lines.reserveCapacity(values.count + height)
        for row in 0..<height {
            lines.append(0)  // no filter
            lines += values[row * stride..<(row + 1) * stride]
        }
        let header =
            number(UInt32(clamping: width)) + number(UInt32(clamping: height))
            + [8, isColour ? 2 : 0, 0, 0, 0]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header)
            + chunk("IDAT", stored(lines)) + chunk("IEND", [])
    }

    /// A zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let blockMax = 65_535
        var out: [UInt8] = [0x78, 0x01]
        out.reserveCapacity(bytes.count + bytes.count / blockMax * 5 + 16)
        for start in stride(from: 0, to: bytes.count, by: blockMax) {
            let end = min(start + blockMax, bytes.count)
            let length = UInt16(clamping: end - start)
            out.append(end == bytes.count ? 1 : 0)
            for value in [length, ~length] {
                out += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            }
            out += bytes[start..<end]
        }
        return out + number(adler(bytes))
    }

    private static func chunk(_ kind: StaticString, _ content: [UInt8]) -> [UInt8] {
        let body = Array(kind.description.utf8) + content
        return number(UInt32(clamping: content.count)) + body + number(checksum(body))
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low &+ UInt32(byte)) % 65_521
            high = (high &+ low) % 65_521
        }
        return high << 16 | low
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1
        }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 255)] }
    }
}

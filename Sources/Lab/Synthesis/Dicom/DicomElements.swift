/// The elements of a data set, written in explicit VR little endian (PS3.5 section 7.1).
struct DicomElements: Sendable {
    private enum Value: Sendable {
        case bytes([UInt8])
        case items([DicomElements])
        /// Encapsulated frames (PS3.5 annex A.4), one fragment each.
        case frames([[UInt8]])
    }

    private var elements: [UInt32: (representation: String, value: Value)] = [:]

    /// Sets a text, padded as its representation asks for; backslashes part several values.
    mutating func set(_ tag: UInt32, _ representation: String, _ text: String) {
        var bytes = Array(text.utf8)
        if !bytes.count.isMultiple(of: 2) { bytes.append(representation == "UI" ? 0 : 0x20) }
        elements[tag] = (representation, .bytes(bytes))
    }

    /// Sets a decimal string of at most 16 characters.
    mutating func set(_ tag: UInt32, decimal values: Double...) {
        set(tag, "DS", values.map(Self.decimal).joined(separator: "\\"))
    }

    /// Sets a 16-bit number.
    mutating func set(_ tag: UInt32, short value: Int) {
        elements[tag] = ("US", .bytes(Self.bytes(UInt16(truncatingIfNeeded: value))))
    }

    /// Sets a sequence.
    mutating func set(_ tag: UInt32, items: [DicomElements]) {
        elements[tag] = ("SQ", .items(items))
    }

    /// Sets 16-bit pixels.
    mutating func set(pixels: [UInt16]) {
        let bytes = [UInt8](unsafeUninitializedCapacity: pixels.count * 2) { buffer, count in
            for (index, pixel) in pixels.enumerated() {
                buffer[index * 2] = UInt8(truncatingIfNeeded: pixel)
                buffer[index * 2 + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
            }
            count = pixels.count * 2
        }
        elements[0x7fe0_0010] = ("OW", .bytes(bytes))
    }

    /// Sets compressed pixels.
    mutating func set(frames: [[UInt8]]) {
        elements[0x7fe0_0010] = ("OB", .frames(frames))
    }

    /// Sets raw bytes.
    mutating func set(_ tag: UInt32, _ representation: String, bytes: [UInt8]) {
        elements[tag] = (representation, .bytes(bytes))
    }

    /// The elements by tag.
    var encoded: [UInt8] {
        var out: [UInt8] = []
        for (tag, element) in elements.sorted(by: { $0.key < $1.key }) {
            switch element.value {
            case .bytes(let bytes):
                Self.header(tag, element.representation, length: bytes.count, into: &out)
                out.append(contentsOf: bytes)
            case .items(let items):
                let bodies = items.map(\.encoded)
                let length = bodies.reduce(0) { $0 + $1.count + 8 }
                Self.header(tag, "SQ", length: length, into: &out)
                for body in bodies { Self.item(body, into: &out) }
            case .frames(let frames):
                Self.header(tag, "OB", length: 0xffff_ffff, into: &out)
                Self.item([], into: &out)
                for frame in frames {
                    Self.item(frame.count.isMultiple(of: 2) ? frame : frame + [0], into: &out)
                }
                out.append(contentsOf: [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])
            }
        }
        return out
    }

    private static func item(_ body: [UInt8], into out: inout [UInt8]) {
        out.append(contentsOf: [0xfe, 0xff, 0x00, 0xe0])
        out.append(contentsOf: bytes(UInt32(body.count)))
        out.append(contentsOf: body)
    }

    private static func header(
        _ tag: UInt32, _ representation: String, length: Int, into out: inout [UInt8]
    ) {
        out.append(contentsOf: bytes(UInt16(tag >> 16)))
        out.append(contentsOf: bytes(UInt16(truncatingIfNeeded: tag)))
        out.append(contentsOf: representation.utf8)
        if ["OB", "OW", "SQ", "UN", "UT", "UC", "UR"].contains(representation) {
            out.append(contentsOf: [0, 0])
            out.append(contentsOf: bytes(UInt32(truncatingIfNeeded: length)))
        } else {
            out.append(contentsOf: bytes(UInt16(truncatingIfNeeded: length)))
        }
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: 0, to: value.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// A number with at most six decimals.
    static func decimal(_ value: Double) -> String {
        let scaled = Int64((abs(value) * 1e6).rounded())
        let whole = scaled / 1_000_000
        let sign = value < 0 && scaled > 0 ? "-" : ""
        var rest = String(scaled % 1_000_000)
        rest = String(repeating: "0", count: 6 - rest.count) + rest
        while rest.last == "0" { rest.removeLast() }
        return rest.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }
}

/// DICOM files made for a test: explicit lengths, little endian, one small grey image unless said
/// otherwise.
struct MadeDicom {
    /// A tag of group and element.
    struct Tag: Hashable, Comparable {
        let group: UInt16
        let element: UInt16

        init(_ group: UInt16, _ element: UInt16) {
            self.group = group
            self.element = element
        }

        static func < (left: Tag, right: Tag) -> Bool {
            (left.group, left.element) < (right.group, right.element)
        }
    }

    static let explicitSyntax = "1.2.840.10008.1.2.1"
    static let deflatedSyntax = "1.2.840.10008.1.2.1.99"
    private static let secondaryCapture = "1.2.840.10008.5.1.4.1.1.7"

    private var elements: [Tag: (representation: String, value: [UInt8])] = [:]

    /// An image of 64 by 64 pixels with a ramp.
    init(study: String = "2.25.1", series: String = "2.25.2", instance: String = "2.25.3") {
        set(0x0008, 0x0016, "UI", Self.secondaryCapture)
        set(0x0008, 0x0018, "UI", instance)
        set(0x0008, 0x0060, "CS", "CR")
        set(0x0020, 0x000d, "UI", study)
        set(0x0020, 0x000e, "UI", series)
        set(0x0028, 0x0002, "US", number: 1)
        set(0x0028, 0x0004, "CS", "MONOCHROME2")
        set(0x0028, 0x0010, "US", number: 64)
        set(0x0028, 0x0011, "US", number: 64)
        set(0x0028, 0x0100, "US", number: 8)
        set(0x0028, 0x0101, "US", number: 8)
        set(0x0028, 0x0102, "US", number: 7)
        set(0x0028, 0x0103, "US", number: 0)
        set(0x7fe0, 0x0010, "OB", bytes: (0..<4096).map { UInt8($0 % 251) })
    }

    /// Sets a text, padded as its representation asks for.
    mutating func set(
        _ group: UInt16, _ element: UInt16, _ representation: String, _ text: String
    ) {
        let padding: UInt8 = representation == "UI" ? 0 : 0x20
        let bytes = Array(text.utf8)
        set(
            group, element, representation,
            bytes: bytes.count.isMultiple(of: 2) ? bytes : bytes + [padding])
    }

    /// Sets a 16-bit number.
    mutating func set(
        _ group: UInt16, _ element: UInt16, _ representation: String, number: UInt16
    ) {
        set(group, element, representation, bytes: Self.bytes(number))
    }

    /// Sets a value of an even number of bytes.
    mutating func set(
        _ group: UInt16, _ element: UInt16, _ representation: String, bytes: [UInt8]
    ) {
        elements[Tag(group, element)] = (representation, bytes)
    }

    /// Takes an element away.
    mutating func remove(_ group: UInt16, _ element: UInt16) {
        elements[Tag(group, element)] = nil
    }

    /// The whole file.
    var file: [UInt8] { Self.header(syntax: Self.explicitSyntax) + dataset }

    /// The data set without preamble and meta header.
    var dataset: [UInt8] {
        elements.sorted { $0.key < $1.key }.flatMap { tag, element in
            Self.element(tag, element.representation, element.value)
        }
    }

    /// Preamble, prefix and meta header.
    static func header(syntax: String) -> [UInt8] {
        func text(_ element: UInt16, _ value: String) -> [UInt8] {
            let bytes = Array(value.utf8)
            return Self.element(
                Tag(2, element), "UI", bytes.count.isMultiple(of: 2) ? bytes : bytes + [0])
        }
        let meta =
            Self.element(Tag(2, 0x0001), "OB", [0, 1]) + text(0x0002, secondaryCapture)
            + text(0x0003, "2.25.3") + text(0x0010, syntax) + text(0x0012, "2.25.4")
        let length = Self.element(Tag(2, 0), "UL", bytes(UInt32(meta.count)))
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + meta
    }

    /// One element; the representations with long lengths have two bytes more.
    static func element(_ tag: Tag, _ representation: String, _ value: [UInt8]) -> [UInt8] {
        let start = bytes(tag.group) + bytes(tag.element) + Array(representation.utf8)
        guard ["OB", "OW", "SQ", "UN", "UT"].contains(representation) else {
            return start + bytes(UInt16(value.count)) + value
        }
        return start + [0, 0] + bytes(UInt32(value.count)) + value
    }

    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: 0, to: value.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

extension MadeDicom {
    /// A file of a few megabytes whose data set inflates to so many bytes of zeros (RFC 1951): one
    /// block of fixed codes, a literal zero, then matches of 258 bytes at distance 1.
    static func deflateBomb(inflatesTo size: Int) -> [UInt8] {
        var out = header(syntax: deflatedSyntax)
        var (pending, count) = (UInt32(0), UInt32(0))
        func put(_ bits: UInt32, _ width: UInt32) {
            pending |= bits << count
            count += width
            while count >= 8 {
                out.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                count -= 8
            }
        }
        put(0b011, 3)  // the last block, fixed codes
        put(0b0000_1100, 8)  // literal 0: 00110000, its first bit lowest
        for _ in 0..<(size / 258) {
            put(0b1010_0011, 8)  // length 258: 11000101
            put(0, 5)  // distance 1
        }
        put(0, 7)  // the end of the block
        put(0, 8)
        return out
    }
}

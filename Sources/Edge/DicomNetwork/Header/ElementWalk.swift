/// Walks over the elements of a data set (PS3.5 7.1), trusting nothing but tags and lengths, and
/// passing over sequences without recursion, however deep they are.
struct ElementWalk {
    /// How elements are written.
    struct Encoding {
        var isExplicit = true
        var isBig = false
    }

    struct Element {
        let tag: ElementTag
        let isUnknown: Bool
        /// Nil: up to a delimiter.
        let length: Int?
    }

    private static let depthMax = 64

    private let bytes: [UInt8]
    private(set) var position: Int
    let encoding: Encoding

    /// - Parameter encoding: nil: what the first element looks like, as files are not always in the
    ///   encoding that they name.
    init(_ bytes: [UInt8], from position: Int, encoding: Encoding? = nil) {
        self.bytes = bytes
        self.position = position
        self.encoding = encoding ?? Self.guess(bytes, position)
    }

    /// The elements that begin at the walk's place, by their tags, up to the last that is wanted;
    /// of repeats the first.
    mutating func values(
        of wanted: Set<ElementTag>, to last: ElementTag
    ) throws(DicomHeaderError) -> [ElementTag: Range<Int>] {
        var found: [ElementTag: Range<Int>] = [:]
        while position < bytes.count {
            // What comes behind may be written otherwise, as it is behind the meta header.
            let start = position
            let tag = try tag(encoding)
            position = start
            guard tag <= last else { return found }
            let element = try element(encoding)
            guard let length = element.length else {
                try skipSequence(isUnknown: element.isUnknown)
                continue
            }
            let value = try take(length)
            if wanted.contains(element.tag), found[element.tag] == nil {
                found[element.tag] = value
            }
        }
        return found
    }

    private mutating func skipSequence(isUnknown: Bool) throws(DicomHeaderError) {
        // A sequence of unknown representation is implicit little endian (PS3.5 6.2.2).
        var levels = [(isItem: false, isUnknown ? Encoding(isExplicit: false) : encoding)]
        while let (isItem, encoding) = levels.last {
            let element = try element(encoding)
            if element.tag == (isItem ? .itemEnd : .sequenceEnd) {
                levels.removeLast()
                continue
            }
            guard isItem || element.tag == .item, levels.count < Self.depthMax else {
                throw .malformed
            }
            if let length = element.length {
                _ = try take(length)
            } else if isItem {
                let inner = element.isUnknown ? Encoding(isExplicit: false) : encoding
                levels.append((false, inner))
            } else {
                levels.append((true, encoding))
            }
        }
    }

    private mutating func element(_ encoding: Encoding) throws(DicomHeaderError) -> Element {
        let tag = try tag(encoding)
        var length: UInt32
        var isUnknown = false
        if encoding.isExplicit, tag.group != ElementTag.item.group {
            let kind = bytes[try take(2)]
            guard kind.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else {
                throw .malformed
            }
            isUnknown = kind.elementsEqual("UN".utf8)
            length = try number(2, encoding)
            if Self.long.contains(where: { kind.elementsEqual($0.utf8) }) {
                length = try number(4, encoding)
            }
        } else {
            length = try number(4, encoding)
        }
        let isOpen = length == UInt32.max
        return Element(tag: tag, isUnknown: isUnknown, length: isOpen ? nil : Int(length))
    }

    private mutating func tag(_ encoding: Encoding) throws(DicomHeaderError) -> ElementTag {
        let group = try number(2, encoding)
        return ElementTag(group << 16 | (try number(2, encoding)))
    }

    private mutating func number(
        _ count: Int, _ encoding: Encoding
    ) throws(DicomHeaderError) -> UInt32 {
        let part = bytes[try take(count)]
        return encoding.isBig
            ? part.reduce(0) { $0 << 8 | UInt32($1) }
            : part.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func take(_ count: Int) throws(DicomHeaderError) -> Range<Int> {
        guard count <= bytes.count - position else { throw .cutShort }
        defer { position += count }
        return position..<position + count
    }

    /// Representations whose length has four bytes, behind two that are empty.
    private static let long: Set<String> = [
        "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV",
    ]

    private static func guess(_ bytes: [UInt8], _ start: Int) -> Encoding {
        guard start >= 0, bytes.count - start >= 8 else { return Encoding() }
        let kind = bytes[start + 4...start + 5]
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        // A data set begins with a group of a small number: which of its bytes is it?
        let isBig = bytes[start] == 0 && bytes[start + 1] != 0
        return Encoding(isExplicit: kind.allSatisfy { letters.contains($0) }, isBig: isBig)
    }
}

internal import ByteReading

/// Reads attributes from bytes that anybody may have written. Every length is held against what is
/// left, depth and number are bounded, and nothing is read twice.
struct DataSetReader {
    /// Sequences in sequences.
    static let depthMax = 32
    /// Attributes and items of a file.
    private static let countMax = 2_000_000
    private static let open: UInt64 = 0xFFFF_FFFF

    private var reader: ByteReader<[UInt8]>
    private var count = 0

    init(_ bytes: [UInt8], from offset: Int) {
        reader = ByteReader(bytes, range: offset..<bytes.count)
    }

    /// Where the next attribute stands.
    var offset: Int { reader.offset }

    /// The next tag, which is not taken; nil at the end.
    func peek(_ encoding: TransferEncoding) -> DicomTag? {
        var ahead = self
        return try? ahead.tag(encoding)
    }

    /// Reads a whole file's attributes; what follows its end or its padding is left.
    mutating func file(_ encoding: TransferEncoding) throws(DeidentificationRefusal) -> DataSet {
        try dataSet(encoding, limit: reader.end, isOpen: false, depth: 0)
    }

    /// Reads one attribute.
    mutating func element(
        _ encoding: TransferEncoding, limit: Int, depth: Int
    ) throws(DeidentificationRefusal) -> DataSet.Element {
        try countOne()
        let tag = try tag(encoding)
        let kind: ValueKind
        var hasLongLength = true
        if encoding.isImplicit {
            kind = AttributeDictionary.kind(of: tag) ?? .unknown
        } else {
            guard let found = ValueKind(letters: try take(2)) else { throw .malformed }
            kind = found
            hasLongLength = found.hasLongLength
            if hasLongLength { _ = try take(2) }
        }
        let length = number(try take(encoding.isImplicit || hasLongLength ? 4 : 2), encoding)
        return try value(
            of: tag, kind, length: length, encoding, limit: limit, depth: depth)
    }

    private mutating func value(
        of tag: DicomTag, _ kind: ValueKind, length: UInt64, _ encoding: TransferEncoding,
        limit: Int, depth: Int
    ) throws(DeidentificationRefusal) -> DataSet.Element {
        // What a program has passed on unknown is written as implicit little endian.
        let inner = kind == .unknown && !encoding.isImplicit ? .implicitLittle : encoding
        let isOpen = length == Self.open
        if isOpen, tag == .pixelData, depth == 0, encoding.compression != nil {
            return DataSet.Element(
                tag: tag, kind: kind, value: .fragments(try fragments(encoding)))
        }
        guard !isOpen || kind == .sequence || kind == .unknown else { throw .malformed }
        let end = isOpen ? limit : offset + (Int(exactly: length) ?? .max / 2)
        guard end <= limit else { throw .malformed }
        let isKnownSequence =
            kind == .sequence || AttributeDictionary.kind(of: tag) == .sequence
        guard isOpen || (isKnownSequence && (kind == .sequence || kind == .unknown)) else {
            return DataSet.Element(tag: tag, kind: kind, value: .bytes(try take(end - offset)))
        }
        let items = try items(inner, limit: end, isOpen: isOpen, depth: depth + 1)
        return DataSet.Element(tag: tag, kind: .sequence, value: .items(items))
    }

    private mutating func dataSet(
        _ encoding: TransferEncoding, limit: Int, isOpen: Bool, depth: Int
    ) throws(DeidentificationRefusal) -> DataSet {
        var found = DataSet()
        while offset < limit {
            guard let tag = peek(encoding) else { throw .malformed }
            if isOpen, tag == .itemEnd {
                _ = try take(8)
                return found
            }
            if depth == 0, tag == .trailingPadding || isEmptyToTheEnd(tag) { break }
            let element = try element(encoding, limit: limit, depth: depth)
            // A number twice, or out of order, has no one meaning that all readers share.
            guard found.elements.last.map({ $0.tag < tag }) ?? true else { throw .malformed }
            guard offset <= limit else { throw .malformed }
            if tag.element != 0 { found.elements.append(element) }
        }
        guard !isOpen else { throw .malformed }
        return found
    }

    private func isEmptyToTheEnd(_ tag: DicomTag) -> Bool {
        tag.number == 0 && reader.bytes[offset..<reader.end].allSatisfy { $0 == 0 }
    }

    private mutating func items(
        _ encoding: TransferEncoding, limit: Int, isOpen: Bool, depth: Int
    ) throws(DeidentificationRefusal) -> [DataSet] {
        guard depth <= Self.depthMax else { throw .tooDeep }
        var items: [DataSet] = []
        while offset < limit {
            try countOne()
            let tag = try tag(encoding)
            let length = number(try take(4), encoding)
            if isOpen, tag == .sequenceEnd { return items }
            guard tag == .item else { throw .malformed }
            let isOpenItem = length == Self.open
            let end = isOpenItem ? limit : offset + (Int(exactly: length) ?? .max / 2)
            guard end <= limit else { throw .malformed }
            items.append(
                try dataSet(encoding, limit: end, isOpen: isOpenItem, depth: depth))
        }
        guard !isOpen, offset == limit else { throw .malformed }
        return items
    }

    private mutating func fragments(
        _ encoding: TransferEncoding
    ) throws(DeidentificationRefusal) -> [ArraySlice<UInt8>] {
        var fragments: [ArraySlice<UInt8>] = []
        while true {
            try countOne()
            let tag = try tag(encoding)
            let length = number(try take(4), encoding)
            if tag == .sequenceEnd { return fragments }
            guard tag == .item, let length = Int(exactly: length) else { throw .malformed }
            fragments.append(try take(length))
        }
    }

    private mutating func countOne() throws(DeidentificationRefusal) {
        count += 1
        guard count <= Self.countMax else { throw .tooManyAttributes }
    }

    private mutating func tag(
        _ encoding: TransferEncoding
    ) throws(DeidentificationRefusal) -> DicomTag {
        let group = number(try take(2), encoding)
        let element = number(try take(2), encoding)
        return DicomTag(UInt32(truncatingIfNeeded: group << 16 | element))
    }

    private mutating func take(
        _ count: Int
    ) throws(DeidentificationRefusal) -> ArraySlice<UInt8> {
        guard let range = try? reader.take(count) else { throw .malformed }
        return reader.bytes[range]
    }

    private func number(_ bytes: ArraySlice<UInt8>, _ encoding: TransferEncoding) -> UInt64 {
        encoding.isBigEndian
            ? bytes.reduce(0) { $0 << 8 | UInt64($1) }
            : bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

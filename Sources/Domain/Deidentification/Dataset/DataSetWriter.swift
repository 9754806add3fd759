/// Writes attributes in the order that they have, with the lengths that they have now.
struct DataSetWriter {
    private(set) var bytes: [UInt8] = []
    private let encoding: TransferEncoding

    init(_ encoding: TransferEncoding) { self.encoding = encoding }

    /// Writes all attributes of a set.
    mutating func write(_ set: DataSet) {
        for element in set.elements { write(element) }
    }

    private mutating func write(_ element: DataSet.Element) {
        switch element.value {
        case .bytes(let value):
            let padding = value.count & 1
            begin(element, length: UInt32(truncatingIfNeeded: value.count + padding))
            bytes += value
            if padding == 1 { bytes.append(element.kind.padding) }
        case .items(let items):
            var inner = DataSetWriter(encoding)
            for item in items {
                var written = DataSetWriter(encoding)
                written.write(item)
                inner.put(.item)
                inner.put(UInt32(truncatingIfNeeded: written.bytes.count), 4)
                inner.bytes += written.bytes
            }
            begin(element, length: UInt32(truncatingIfNeeded: inner.bytes.count))
            bytes += inner.bytes
        case .fragments(let fragments):
            begin(element, length: .max)
            for fragment in fragments {
                put(.item)
                put(UInt32(truncatingIfNeeded: fragment.count), 4)
                bytes += fragment
            }
            put(.sequenceEnd)
            put(0, 4)
        }
    }

    private mutating func begin(_ element: DataSet.Element, length: UInt32) {
        put(element.tag)
        guard !encoding.isImplicit else { return put(length, 4) }
        // A value that is too long for its kind's length goes as unknown (PS3.5 section 6.2.2).
        let isLong = !element.kind.hasLongLength && length > UInt32(UInt16.max)
        let kind = isLong ? ValueKind.unknown : element.kind
        bytes += kind.rawValue.utf8
        guard kind.hasLongLength else { return put(length, 2) }
        bytes += [0, 0]
        put(length, 4)
    }

    private mutating func put(_ tag: DicomTag) {
        put(UInt32(tag.group), 2)
        put(UInt32(tag.element), 2)
    }

    private mutating func put(_ number: UInt32, _ count: Int) {
        let little = (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
        bytes += encoding.isBigEndian ? little.reversed() : little
    }
}

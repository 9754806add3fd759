/// A DICOM file (PS3.10 section 7): its transfer syntax and its attributes.
struct PartTenFile {
    private static let mark = Array("DICM".utf8)
    private static let preamble = 128
    private static let classTag = DicomTag(0x0002_0002)
    private static let instanceTag = DicomTag(0x0002_0003)
    private static let syntaxTag = DicomTag(0x0002_0010)
    /// Vigil's class of implementations, a UUID of its own below 2.25.
    private static let implementation = "2.25.198320327912031243503995073619600063950"

    let syntax: String
    let encoding: TransferEncoding
    /// The class of the object and its UID: the file's own words, or those of its meta information
    /// where it has none, as some programs that take identities out leave it.
    let sopClass: String, sopInstance: String
    var attributes: DataSet

    /// Reads a file whole.
    init(reading bytes: [UInt8]) throws(DeidentificationRefusal) {
        let start = Self.preamble + Self.mark.count
        guard bytes.count > start, bytes[Self.preamble..<start].elementsEqual(Self.mark) else {
            throw .notDicom
        }
        var reader = DataSetReader(bytes, from: start)
        var meta = DataSet()
        while reader.peek(.explicitLittle)?.group == 2 {
            meta.elements.append(
                try reader.element(.explicitLittle, limit: bytes.count, depth: 0))
        }
        syntax = meta.text(Self.syntaxTag)
        guard let encoding = TransferEncoding.named(syntax) else { throw .transferSyntax }
        self.encoding = encoding
        attributes = try reader.file(encoding)
        let (ownClass, own) = (attributes.text(.sopClass), attributes.text(.sopInstance))
        sopClass = ownClass.isEmpty ? meta.text(Self.classTag) : ownClass
        sopInstance = own.isEmpty ? meta.text(Self.instanceTag) : own
    }

    /// The file anew: an empty preamble, meta information of this program's alone, the attributes,
    /// and nothing behind them.
    ///
    /// - Parameter instance: the UID of the object in meta information.
    func written(instance: String) -> [UInt8] {
        var meta = DataSet()
        meta.set(DicomTag(0x0002_0001), .otherByte, .bytes([0, 1]))
        meta.set(Self.classTag, .identifier, sopClass)
        meta.set(Self.instanceTag, .identifier, instance)
        meta.set(Self.syntaxTag, .identifier, syntax)
        meta.set(DicomTag(0x0002_0012), .identifier, Self.implementation)
        meta.set(DicomTag(0x0002_0013), .shortString, "VIGIL")
        var body = DataSetWriter(.explicitLittle)
        body.write(meta)
        let length = UInt32(truncatingIfNeeded: body.bytes.count)
        let lengthBytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
        var head = DataSet()
        head.set(DicomTag(0x0002_0000), .unsignedLong, .bytes(lengthBytes[...]))
        var start = DataSetWriter(.explicitLittle)
        start.write(head)
        var rest = DataSetWriter(encoding)
        rest.write(attributes)
        return [UInt8](repeating: 0, count: Self.preamble) + Self.mark + start.bytes + body.bytes
            + rest.bytes
    }
}

@testable import Deidentification

/// DICOM files as tests need them.
struct MadeFile {
    static let canary = Array("CANARY".utf8)
    static let key = (0..<32).map { UInt8($0 * 7 + 3) }

    var set = DataSet()
    var syntax = "1.2.840.10008.1.2.1"

    /// What an image of CT has at least.
    init(patient: String = "4711", instance: String = "1.2.3.1") {
        set.set(.sopClass, .identifier, "1.2.840.10008.5.1.4.1.1.2")
        set.set(.sopInstance, .identifier, instance)
        set.set(.study, .identifier, "1.2.3.2")
        set.set(.modality, .code, "CT")
        set.set(.patientID, .longString, patient)
        set.set(.patientName, .personName, "Canary^Carl")
    }

    /// The bytes of the file, with a canary in its preamble, its meta information and behind it.
    var bytes: [UInt8] {
        var meta = DataSet()
        meta.set(DicomTag(0x0002_0002), .identifier, "1.2.840.10008.5.1.4.1.1.2")
        meta.set(DicomTag(0x0002_0003), .identifier, "1.2.3.9")
        meta.set(DicomTag(0x0002_0010), .identifier, syntax)
        meta.set(DicomTag(0x0002_0016), .applicationEntity, "CANARY")
        var start = DataSetWriter(.explicitLittle)
        start.write(meta)
        var rest = DataSetWriter(TransferEncoding.named(syntax) ?? .explicitLittle)
        rest.write(set)
        let preamble = Array((0..<128).map { Self.canary[$0 % 6] })
        return preamble + Array("DICM".utf8) + start.bytes + rest.bytes
    }

    /// Adds an attribute.
    mutating func add(_ number: UInt32, _ kind: ValueKind, _ text: String) {
        set.set(DicomTag(number), kind, text)
    }

    /// What is left of the file.
    func deidentified(
        _ options: Set<ConfidentialityOption> = [], key: [UInt8] = key,
        safePrivate: SafePrivateList? = nil
    ) throws(DeidentificationRefusal) -> DataSet {
        let result = try Deidentifier(key: key, options: options, safePrivate: safePrivate)
            .apply(bytes)
        return try PartTenFile(reading: result.bytes).attributes
    }

    /// The rows of the table: number, kind.
    static let rows: [(tag: DicomTag, kind: ValueKind)] =
        [
            ConfidentialityTable.firstRows, ConfidentialityTable.middleRows,
            ConfidentialityTable.lastRows,
        ].joined(separator: "\n").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let number = UInt32(words[0], radix: 16),
                let kind = ValueKind(rawValue: String(words[1]))
            else { return nil }
            return (DicomTag(number), kind)
        }
}

extension Sequence<UInt8> {
    /// Whether some bytes stand in these, in ASCII or in UTF-16.
    func holds(_ word: [UInt8]) -> Bool {
        let bytes = Array(self)
        let wide: [UInt8] = word.flatMap { [$0, 0] as [UInt8] }
        return [word, wide].contains { word in
            bytes.indices.contains { bytes[$0...].starts(with: word) }
        }
    }
}

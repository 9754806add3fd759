internal import VigilCore

/// The identifiers of a report, made from the record's, so that the same record is the same object
/// however often it is delivered, and a revision knows the document that it stands instead of.
enum ReportIdentity {
    /// Of the document that tells of one record, by the record's digest.
    static func instance(of record: Digest) -> String {
        uid(UUIDv5(namespace: .vigil, fields: ["sr", record.hex]))
    }

    /// Of the series that holds all reports of a study.
    static func series(of study: Pseudonym) -> String {
        uid(UUIDv5(namespace: .vigil, fields: ["sr-series", study.safeText]))
    }

    /// By which a result is followed through the revisions of its finding.
    static func tracking(_ result: Finding.Result, of finding: UUIDv5) -> String {
        uid(
            UUIDv5(
                namespace: .vigil,
                fields: ["sr-tracking", finding.description, result.head ?? "", result.code]))
    }

    /// Of a model as an observer.
    static func device(_ model: Digest?) -> String {
        uid(UUIDv5(namespace: .vigil, fields: ["sr-device", model?.hex ?? ""]))
    }

    /// Of Vigil's coding scheme.
    static let codingScheme = uid(UUIDv5(namespace: .vigil, fields: ["coding-scheme"]))

    /// A UUID as a unique identifier of DICOM (PS3.5 B.2): its number below 2.25.
    private static func uid(_ uuid: UUIDv5) -> String {
        // The digits, the lowest first.
        var digits: [UInt8] = [0]
        for byte in uuid.bytes {
            var carry = Int(byte)
            for place in digits.indices {
                carry += Int(digits[place]) << 8
                digits[place] = UInt8(carry % 10)
                carry /= 10
            }
            while carry > 0 {
                digits.append(UInt8(carry % 10))
                carry /= 10
            }
        }
        return "2.25." + digits.reversed().map { String($0) }.joined()
    }
}

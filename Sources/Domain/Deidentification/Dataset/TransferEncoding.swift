/// How a transfer syntax writes attributes and pixels (PS3.5 annex A).
struct TransferEncoding: Sendable, Hashable {
    /// What compressed pixels are written in.
    enum Compression: Sendable, Hashable {
        case jpeg
        case jpeg2000
        case runLength
    }

    let isImplicit: Bool
    let isBigEndian: Bool
    /// Nil for pixels as they are.
    let compression: Compression?

    /// Of file meta information, and of what is written anew.
    static let explicitLittle = TransferEncoding(
        isImplicit: false, isBigEndian: false, compression: nil)
    /// Of values that a program has passed on without knowing them (PS3.5 section 6.2.2).
    static let implicitLittle = TransferEncoding(
        isImplicit: true, isBigEndian: false, compression: nil)

    private static func encapsulated(_ compression: Compression) -> TransferEncoding {
        TransferEncoding(isImplicit: false, isBigEndian: false, compression: compression)
    }

    private static let known: [String: TransferEncoding] = {
        var known: [String: TransferEncoding] = [
            "1.2.840.10008.1.2": implicitLittle, "1.2.840.10008.1.2.1": explicitLittle,
            "1.2.840.10008.1.2.2": TransferEncoding(
                isImplicit: false, isBigEndian: true, compression: nil),
            "1.2.840.10008.1.2.5": encapsulated(.runLength),
        ]
        for last in ["50", "51", "53", "55", "57", "70", "80", "81"] {
            known["1.2.840.10008.1.2.4.\(last)"] = encapsulated(.jpeg)
        }
        for last in ["90", "91", "92", "93", "201", "202", "203"] {
            known["1.2.840.10008.1.2.4.\(last)"] = encapsulated(.jpeg2000)
        }
        return known
    }()

    /// Of a transfer syntax by its UID; nil for what is not read: deflated, video, pixels elsewhere
    /// and unknown ones.
    static func named(_ uid: String) -> TransferEncoding? { known[uid] }
}

internal import VigilCore

/// What the key makes of identities: the same in every run, and to nobody without it.
///
/// What it has made is known again by a mark that only the key gives, so that a file that was
/// de-identified with this key comes through a second time unchanged.
struct KeyedIdentity: Sendable {
    /// Days that dates are moved back by: 1 to so many.
    static let daysMax: UInt64 = 3650
    private static let root = "2.25."
    private static let hashBytes = 11
    private static let markBits: UInt128 = 34
    private static let markMask = (UInt128(1) << 34) - 1
    private static let lastMask = (UInt128(1) << 62) - 1
    private static let pseudonymDigits = 24

    private let key: [UInt8]

    init(key: [UInt8]) { self.key = key }

    private func digest(_ purpose: String, _ value: some Sequence<UInt8>) -> [UInt8] {
        Digest.hmac(key: key, message: Array("vigil deidentify \(purpose)\0".utf8) + value).bytes
    }

    /// The UID that stands for another: 88 bits of its keyed digest and 34 of a mark over those, as
    /// a UUID of version 8 (RFC 9562) below 2.25 (PS3.5 annex B.2).
    func uid(for uid: ArraySlice<UInt8>) -> [UInt8] {
        if isOwn(uid) { return Array(uid) }
        let hash = Array(digest("uid", uid).prefix(Self.hashBytes))
        let payload = (number(hash) << Self.markBits) | mark(hash)
        return Array("\(Self.root)\(Self.uuid(payload))".utf8)
    }

    /// Whether ``uid(for:)`` with this key has made it.
    func isOwn(_ uid: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: uid, as: UTF8.self)
        guard text.hasPrefix(Self.root), let found = UInt128(text.dropFirst(Self.root.count))
        else { return false }
        let payload = Self.payload(found)
        let hash = bytes(payload >> Self.markBits)
        return text == Self.root + String(found) && Self.uuid(payload) == found
            && (payload & Self.markMask) == mark(hash)
    }

    /// Of the 128 bits of a UUID four are the version and two the variant.
    private static func uuid(_ payload: UInt128) -> UInt128 {
        let first = (payload >> 74) << 80
        let middle = ((payload >> 62) & 0xFFF) << 64
        let version = UInt128(8) << 76
        let variant = UInt128(2) << 62
        return first | version | middle | variant | (payload & lastMask)
    }

    private static func payload(_ uuid: UInt128) -> UInt128 {
        let first = (uuid >> 80) << 74
        let middle = ((uuid >> 64) & 0xFFF) << 62
        return first | middle | (uuid & lastMask)
    }

    private func mark(_ hash: [UInt8]) -> UInt128 {
        number(Array(digest("mark", hash).prefix(5))) & Self.markMask
    }

    private func number(_ bytes: [UInt8]) -> UInt128 {
        bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    private func bytes(_ number: UInt128) -> [UInt8] {
        (0..<Self.hashBytes).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// The name that stands for a patient: 16 hexadecimal digits of a keyed digest and 8 of a mark.
    func pseudonym(for subject: [UInt8]) -> String {
        if isOwnPseudonym(subject) { return String(decoding: subject, as: UTF8.self) }
        let name = String(Hex.encode(digest("patient", subject)).prefix(16)).uppercased()
        return name + mark(ofName: name)
    }

    /// Whether ``pseudonym(for:)`` with this key has made it.
    func isOwnPseudonym(_ subject: [UInt8]) -> Bool {
        let text = String(decoding: subject, as: UTF8.self)
        guard text.utf8.count == Self.pseudonymDigits else { return false }
        return text.hasSuffix(mark(ofName: String(text.prefix(16))))
    }

    private func mark(ofName name: String) -> String {
        String(Hex.encode(digest("patient mark", name.utf8)).prefix(8)).uppercased()
    }

    /// How many days a patient's dates are moved back by; none of what was moved before.
    func days(for subject: [UInt8]) -> Int {
        if isOwnPseudonym(subject) { return 0 }
        let number = digest("days", subject).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % Self.daysMax) + 1
    }
}

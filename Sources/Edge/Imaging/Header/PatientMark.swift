internal import VigilCore

/// Stands for a patient's number, to tell whether two objects name one patient. It is made with a
/// key of this process alone, shows nothing, and says nothing outside of the process.
package struct PatientMark: Sendable, Hashable, CustomStringConvertible {
    private let mark: Digest

    /// Made of random bytes when it is first needed.
    private static let key: [UInt8] = {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }()

    /// The mark of a Patient ID; nil when it is empty. Case and padding on either side do not make
    /// another patient: programs on the way change both (PS3.5 6.2, LO).
    package init?(_ bytes: [UInt8]) {
        let isPadding = { (byte: UInt8) in byte <= 0x20 }
        let number = bytes.drop(while: isPadding).reversed().drop(while: isPadding).reversed()
        guard !number.isEmpty else { return nil }
        let plain = number.map { (0x61...0x7a).contains($0) ? $0 - 0x20 : $0 }
        mark = Digest.hmac(key: Self.key, message: plain)
    }

    package var description: String { "PatientMark(hidden)" }
}

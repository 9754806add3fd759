internal import VigilCore

/// Identifiers as the table keeps them: 8 bytes instead of a text that may name a patient.
enum ContextIdentity {
    /// The first 8 bytes of SHA-256; within one patient two identifiers share them never.
    static func hash(_ id: String) -> UInt64 {
        Digest(of: id.utf8).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// A patient's pseudonym as a key of 16 bytes.
struct PatientKey: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    init(_ patient: Pseudonym) {
        var (high, low) = (UInt64(0), UInt64(0))
        // 32 hexadecimal digits, by the pseudonym's own rule.
        for digit in patient.safeText.utf8 {
            let value = UInt64(digit <= 0x39 ? digit &- 0x30 : digit &- 0x57) & 15
            high = high << 4 | low >> 60
            low = low << 4 | value
        }
        self.high = high
        self.low = low
    }
}

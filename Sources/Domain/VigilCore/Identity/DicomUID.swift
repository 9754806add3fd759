/// A DICOM unique identifier (PS3.5 section 9): digits and dots, at most 64 characters.
///
/// A study's UID identifies a person to whoever holds the archive, so the value shows itself in no
/// log: its description is a fixed word. What may be shown is its ``Pseudonym``.
package struct DicomUID: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The identifier itself. For topics and identities; never for a log, metric or error.
    package let sensitiveValue: String

    /// Checks the characters and length; leading zeros in a component are tolerated, as archives
    /// hold them.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard (1...64).contains(bytes.count), bytes.first != 0x2e, bytes.last != 0x2e else {
            return nil
        }
        var previousWasDot = false
        for byte in bytes {
            let isDot = byte == 0x2e
            guard isDot || (0x30...0x39).contains(byte), !(isDot && previousWasDot) else {
                return nil
            }
            previousWasDot = isDot
        }
        sensitiveValue = text
    }

    package var description: String { "DicomUID(hidden)" }
    package var debugDescription: String { description }
}

/// A keyed one-way name of a study: HMAC-SHA-256 of its UID, the first 32 hexadecimal digits.
package struct Pseudonym: Sendable, Hashable, SafeToLog, CustomStringConvertible {
    package let safeText: String

    package init(of uid: DicomUID, key: [UInt8]) {
        let digest = Digest.hmac(key: key, message: Array(uid.sensitiveValue.utf8))
        safeText = String(digest.hex.prefix(32))
    }

    package var description: String { safeText }
}

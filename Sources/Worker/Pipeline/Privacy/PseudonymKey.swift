internal import Files
internal import VigilCore

/// The secret that makes pseudonyms of study UIDs.
package struct PseudonymKey: Sendable {
    package let bytes: [UInt8]
    /// No key was given: the built-in one stands in, which anybody can look up.
    package let isPublic: Bool

    private static let bytesMax = 4096

    /// Names the key, and tells nothing of it.
    var name: Digest { Digest.hmac(key: bytes, message: Array("vigil: names this key".utf8)) }

    /// Reads the key file; without one, takes the built-in key.
    ///
    /// - Throws: ``PipelineError/pseudonymKeyUnusable(_:)`` for a file that others may read, or
    ///   whose bytes are too few or plainly not random.
    package init(file: String?) throws(PipelineError) {
        guard let file else {
            bytes = Array("vigil: no pseudonym key is set".utf8)
            isPublic = true
            return
        }
        guard let (found, isOpen) = try? FileHead.readSecret(file, bytesMax: Self.bytesMax) else {
            throw .pseudonymKeyUnusable("cannot be read")
        }
        guard !isOpen else {
            throw .pseudonymKeyUnusable("may be read or written by its group or by others")
        }
        if let weakness = KeyStrength.weakness(of: found) { throw .pseudonymKeyUnusable(weakness) }
        bytes = found
        isPublic = false
    }
}

internal import VigilCore

/// The secret that makes pseudonyms of study UIDs.
package struct PseudonymKey: Sendable {
    package let bytes: [UInt8]
    /// No key was given: the built-in one stands in, which anybody can look up.
    package let isPublic: Bool

    private static let bytesMin = 16
    private static let bytesMax = 4096

    /// Reads the key file; without one, takes the built-in key.
    package init(file: String?) throws(PipelineError) {
        guard let file else {
            bytes = Array("vigil: no pseudonym key is set".utf8)
            isPublic = true
            return
        }
        guard let found = try? FileHead.read(file, bytesMax: Self.bytesMax),
            found.count >= Self.bytesMin
        else { throw .pseudonymKeyUnusable }
        bytes = found
        isPublic = false
    }
}

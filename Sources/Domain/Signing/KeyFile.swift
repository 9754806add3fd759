internal import Files
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Files of keys. A private key is read only from a file that its owner alone may open, and never
/// written over another.
package enum KeyFile {
    /// Reads a private key.
    /// - Throws: ``SigningError/keyTooOpen(path:)`` unless the file is its owner's alone.
    package static func signing(_ path: String) throws(SigningError) -> SigningKey {
        let name = SafeText(operatorProvided: path)
        let bytes = try contents(path, isPrivate: true)
        guard let key = try SigningKey(pem: bytes) else {
            throw .badKey(path: name, wanted: "Ed25519 private key (PKCS#8 in PEM, no password)")
        }
        return key
    }

    /// Reads a public key.
    package static func verifying(_ path: String) throws(SigningError) -> VerifyingKey {
        guard let key = VerifyingKey(pem: try contents(path, isPrivate: false)) else {
            throw .badKey(
                path: SafeText(operatorProvided: path), wanted: "Ed25519 public key in PEM")
        }
        return key
    }

    /// Reads public keys, in the order of their files.
    package static func verifying(_ paths: [String]) throws(SigningError) -> [VerifyingKey] {
        try paths.map { (path) throws(SigningError) in try verifying(path) }
    }

    /// Writes a pair, the private half for its owner alone; neither file may be there.
    package static func write(
        _ key: SigningKey, privatePath: String, publicPath: String
    ) throws(SigningError) {
        guard access(publicPath, F_OK) != 0 else {
            throw .keyExists(path: SafeText(operatorProvided: publicPath))
        }
        try create(privatePath, key.pem, mode: 0o600)
        try create(publicPath, key.verifying.pem, mode: 0o644)
    }

    private static func contents(
        _ path: String, isPrivate: Bool
    ) throws(SigningError) -> [UInt8] {
        let name = SafeText(operatorProvided: path)
        let found: (bytes: [UInt8], isOpenToOthers: Bool)
        do throws(FileFailure) {
            found = try FileHead.readSecret(path, bytesMax: KeyText.bytesMax)
        } catch {
            throw .keyUnreadable(
                path: name, reason: SafeText(fixedMessage: String(cString: strerror(error.errno))))
        }
        guard !isPrivate || !found.isOpenToOthers else { throw .keyTooOpen(path: name) }
        return found.bytes
    }

    private static func create(
        _ path: String, _ text: String, mode: mode_t
    ) throws(SigningError) {
        let name = SafeText(operatorProvided: path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            guard errno != EEXIST else { throw .keyExists(path: name) }
            throw .keyNotWritten(path: name, reason: lastError())
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        // A few hundred bytes are written at once or not at all.
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
        else {
            let reason = lastError()
            unlink(path)
            throw .keyNotWritten(path: name, reason: reason)
        }
    }

    private static func lastError() -> SafeText {
        SafeText(fixedMessage: String(cString: strerror(errno)))
    }
}

internal import CCrypto
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// An Ed25519 key (RFC 8032) that signs. It is written nowhere but to its own file.
package struct SigningKey: Sendable {
    private let seed: [UInt8]
    /// The half that everybody may have.
    package let verifying: VerifyingKey

    /// From its 32 secret bytes.
    private init(seed: [UInt8]) throws(SigningError) {
        guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        else { throw .noCryptography }
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else {
            throw .noCryptography
        }
        self.seed = seed
        verifying = VerifyingKey(bytes: bytes)
    }

    /// Makes a key from the kernel's random numbers.
    package static func make() throws(SigningError) -> SigningKey {
        var seed = [UInt8](repeating: 0, count: 32)
        guard getentropy(&seed, seed.count) == 0 else { throw .noCryptography }
        return try SigningKey(seed: seed)
    }

    /// Reads the text of a PEM file (PKCS#8, not encrypted); nil when it holds no such key.
    init?(pem: [UInt8]) throws(SigningError) {
        guard let seed = KeyText.read(pem, .signing) else { return nil }
        try self.init(seed: seed)
    }

    /// The text of a PEM file.
    var pem: String { KeyText.write(seed, .signing) }

    /// The signature of some bytes, itself of 64: the same each time.
    package func sign(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
        guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count),
            let context = EVP_MD_CTX_new()
        else { throw .noCryptography }
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == 64
        else { throw .noCryptography }
        return signature
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a signing key (\(verifying.id.hex))" }
    package var debugDescription: String { description }
    /// Nothing of the secret, whoever dumps it.
    package var customMirror: Mirror { Mirror(self, children: ["id": verifying.id.hex]) }
}

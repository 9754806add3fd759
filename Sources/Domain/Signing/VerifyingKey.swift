internal import CCrypto
package import VigilCore

/// The public half of an Ed25519 key (RFC 8032).
package struct VerifyingKey: Sendable, Hashable {
    /// Names the key: SHA-256 over its DER, as `openssl pkey -pubin -outform DER | sha256sum` has
    /// it.
    package let id: Digest
    /// The 32 bytes that RFC 8032 encodes it by.
    package let raw: [UInt8]

    init(bytes: [UInt8]) {
        raw = bytes
        id = Digest(of: KeyText.Kind.verifying.prefix + bytes)
    }

    /// Reads the text of a PEM file; nil when it holds no such key.
    package init?(pem: [UInt8]) {
        guard let bytes = KeyText.read(pem, .verifying) else { return nil }
        self.init(bytes: bytes)
    }

    /// The text of a PEM file.
    package var pem: String { KeyText.write(raw, .verifying) }

    /// Whether a signature is this key's and of these bytes. Total: any bytes give an answer.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == 64,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, raw, raw.count)
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, 64, message, message.count) == 1
    }
}

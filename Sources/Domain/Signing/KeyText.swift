internal import VigilCore

/// Ed25519 keys as the text of a PEM file (RFC 7468, RFC 8410): the one form of 32 bytes each that
/// OpenSSL writes. Encrypted keys and keys of other kinds are not read.
enum KeyText {
    /// A kind of key: what stands between the dashes, and the DER before the 32 bytes.
    struct Kind {
        let label: String
        let prefix: [UInt8]

        /// SubjectPublicKeyInfo.
        static let verifying = Kind(
            label: "PUBLIC KEY",
            prefix: [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])
        /// PKCS#8.
        static let signing = Kind(
            label: "PRIVATE KEY",
            prefix: [
                0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04,
                0x22, 0x04, 0x20,
            ])
    }

    /// The longest text that is looked at.
    static let bytesMax = 4096

    /// The 32 bytes of a key.
    static func read(_ text: [UInt8], _ kind: Kind) -> [UInt8]? {
        guard text.count <= bytesMax else { return nil }
        let lines = String(decoding: text, as: UTF8.self)
            .split(whereSeparator: \.isNewline).map { $0.filter { $0 != " " } }
        let label = kind.label.filter { $0 != " " }
        guard let start = lines.firstIndex(of: "-----BEGIN\(label)-----"),
            let end = lines.firstIndex(of: "-----END\(label)-----"), start < end,
            let der = Base64.decode(lines[(start + 1)..<end].joined()),
            der.count == kind.prefix.count + 32, der.starts(with: kind.prefix)
        else { return nil }
        return Array(der.dropFirst(kind.prefix.count))
    }

    /// The text of a key of 32 bytes.
    static func write(_ bytes: [UInt8], _ kind: Kind) -> String {
        // 44 and 48 bytes are one line of at most 64 digits.
        """
        -----BEGIN \(kind.label)-----
        \(Base64.encode(kind.prefix + bytes))
        -----END \(kind.label)-----

        """
    }
}

internal import CCrypto

/// A SHA-256 digest (FIPS 180-4).
package struct Digest: Sendable, Hashable, SafeToLog, CustomStringConvertible {
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// Takes 32 bytes, or nil when there are not 32.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The digest of some bytes.
    package init(of data: some Sequence<UInt8>) {
        var hasher = DigestHasher()
        hasher.update(Array(data))
        self = hasher.finish()
    }

    fileprivate init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String { Hex.encode(bytes) }
    package var safeText: String { hex }
    package var description: String { "sha256:\(hex)" }

    /// The keyed digest HMAC-SHA-256 (RFC 2104).
    package static func hmac(key: [UInt8], message: [UInt8]) -> Digest {
        var out = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        _ = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &out, &length)
        return Digest(unchecked: out)
    }

    fileprivate static func finish(_ bytes: [UInt8]) -> Digest { Digest(unchecked: bytes) }
}

/// Computes a SHA-256 digest piece by piece. One owner, one thread.
package struct DigestHasher: ~Copyable {
    private let context: OpaquePointer?

    package init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Adds bytes.
    package mutating func update(_ bytes: [UInt8]) {
        EVP_DigestUpdate(context, bytes, bytes.count)
    }

    /// Adds bytes that the caller lends for the call.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Adds the UTF-8 of a string and a zero byte, so that neighbouring fields cannot run together.
    package mutating func updateField(_ string: String) {
        update(Array(string.utf8) + [0])
    }

    /// The digest of all that was added; the hasher is used up.
    package consuming func finish() -> Digest {
        var out = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &out, nil)
        return Digest.finish(out)
    }
}

/// Lower-case hexadecimal text.
package enum Hex {
    /// Two digits a byte.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes of an even number of hexadecimal digits, else nil.
    package static func decode(_ text: String) -> [UInt8]? {
        var (bytes, high): ([UInt8], UInt8?) = ([], nil)
        bytes.reserveCapacity(text.utf8.count / 2)
        for digit in text.utf8 {
            guard let value = value(ofDigit: digit) else { return nil }
            if let first = high.take() { bytes.append(first << 4 | value) } else { high = value }
        }
        return high == nil ? bytes : nil
    }

    /// What a digit of either case stands for, given as its ASCII code; nil for none.
    package static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

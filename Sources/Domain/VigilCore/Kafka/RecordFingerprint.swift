/// What tells a record from the one that stands at its place in a log that was made anew: the
/// brokers' own identity of a topic (KIP-516) is not to be had from librdkafka 2.0.2.
package struct RecordFingerprint: Sendable, Hashable {
    package let offset: Int64
    /// Milliseconds since 1970; -1 when the record has no time.
    package let milliseconds: Int64
    /// The first eight bytes of SHA-256 over key, value and headers.
    package let digest: UInt64

    /// That of a record.
    package init(of record: InboundRecord) {
        var hasher = DigestHasher()
        func add(_ bytes: [UInt8]?) {
            // Lengths keep neighbours apart, and null from empty.
            let length = Int64(bytes?.count ?? -1)
            hasher.update(withUnsafeBytes(of: length.littleEndian) { Array($0) })
            if let bytes { hasher.update(bytes) }
        }
        add(record.key)
        add(record.value)
        for header in record.headers {
            add(Array(header.name.utf8))
            add(header.value)
        }
        offset = record.position.offset
        milliseconds = record.timestamp?.milliseconds ?? -1
        digest = hasher.finish().bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads ``text``; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 64, parts.count == 3,
            let offset = Int64(parts[0]), offset >= 0, offset < Int64.max,
            let milliseconds = Int64(parts[1]), parts[2].utf8.count == 16,
            let digest = UInt64(parts[2], radix: 16)
        else { return nil }
        self.offset = offset
        self.milliseconds = milliseconds
        self.digest = digest
    }

    /// Such as `41.1795500000123.0123456789abcdef`: what stands in a commit's metadata.
    package var text: String {
        let hex = String(digest, radix: 16)
        return "\(offset).\(milliseconds)."
            + String(repeating: "0", count: max(0, 16 - hex.count)) + hex
    }
}

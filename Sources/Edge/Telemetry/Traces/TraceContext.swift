package import VigilCore

/// Which trace a span belongs to and which span it is (W3C Trace Context, version 00).
package struct TraceContext: Sendable, Hashable {
    /// 32 hexadecimal digits, not all zero.
    package let trace: String
    /// 16 hexadecimal digits, not all zero.
    package let span: String
    /// Whether the sender recorded it, and so whether others should.
    package let isSampled: Bool

    /// Reads a `traceparent`; nil unless it is one of version 00.
    package init?(traceparent text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 32, 16, 2], parts[0] == "00",
            parts.allSatisfy({ $0.utf8.allSatisfy(Self.isHex) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        (trace, span) = (String(parts[1]), String(parts[2]))
        isSampled = flags & 1 == 1
    }

    /// A new trace, named after something that is never the same twice.
    package init(seed: UUIDv5) {
        trace = Self.hex(seed.bytes)
        span = Self.hex(UUIDv5(namespace: seed, fields: ["root"]).bytes.prefix(8))
        isSampled = true
    }

    private init(trace: String, span: String, isSampled: Bool) {
        (self.trace, self.span, self.isSampled) = (trace, span, isSampled)
    }

    /// Another span of this trace, named after something that is never the same twice.
    package func span(_ seed: UUIDv5, _ name: StaticString) -> TraceContext {
        // The version's digit makes it never all zero.
        let id = UUIDv5(namespace: seed, fields: [trace, name.description]).bytes.prefix(8)
        return TraceContext(trace: trace, span: Self.hex(id), isSampled: isSampled)
    }

    /// As a header.
    package var traceparent: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}

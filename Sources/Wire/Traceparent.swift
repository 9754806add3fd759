/// The W3C trace context header.
enum Traceparent {
    /// Whether a text has the form of version 00: `00-<32 hex>-<16 hex>-<2 hex>`, ids not all zero.
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [2, 32, 16, 2]
            && parts[0] == "00"
            && parts.allSatisfy { part in
                part.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
                }
            }
            && parts[1].contains { $0 != "0" } && parts[2].contains { $0 != "0" }
    }
}

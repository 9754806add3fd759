/// The W3C trace context headers.
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

    /// Whether a text may be passed on as `tracestate`: at most 512 bytes of printable ASCII, and
    /// 32 members of the form `key=value`.
    static func isState(_ text: String) -> Bool {
        let members = text.split(separator: ",")
        return text.utf8.count <= 512 && (1...32).contains(members.count)
            && text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
            && members.allSatisfy { member in
                let parts = member.split(separator: "=", omittingEmptySubsequences: false)
                return parts.count == 2 && parts.allSatisfy { $0.contains { $0 != " " } }
            }
    }
}

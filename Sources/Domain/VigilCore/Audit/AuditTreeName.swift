/// Names the audit log of one worker slot, such as `vigil/vigil-workers/worker-1`: the origin of
/// its checkpoints. Letters, digits, dots, dashes and underscores, with slashes between, so that it
/// names a folder and a key as well, and no text of a patient fits in by chance.
package struct AuditTreeName: Sendable, Hashable, Comparable, SafeToLog {
    package let text: String

    private static let bytesMax = 480

    /// A name as it was written down; nil for any other text.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy(Self.isAllowed),
            parts.allSatisfy({ !$0.isEmpty && $0.first != UInt8(ascii: ".") })
        else { return nil }
        self.text = text
    }

    /// The log of a slot.
    ///
    /// - Parameters:
    ///   - house: what the operator calls the installation; nil unless it is such a name.
    ///   - group: of the workers; what such a name cannot hold becomes a dash and its code.
    package init?(house: String, group: String, slot: String) {
        self.init([house, Self.escaped(group), Self.escaped(slot)].joined(separator: "/"))
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let isPlain =
                isAllowed(byte) && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "-")
            let mayStand = isPlain && !(out.isEmpty && byte == UInt8(ascii: "."))
            // A dash is doubled, so that two slots never share a name.
            out +=
                mayStand
                ? String(UnicodeScalar(byte))
                : byte == UInt8(ascii: "-") ? "--" : "-" + Hex.encode([byte])
        }
        return out
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    package static func < (left: AuditTreeName, right: AuditTreeName) -> Bool {
        left.text < right.text
    }

    package var safeText: String { text }
}

/// Codes of findings: names in snake case, by which records, truth tables and the triage table call
/// them.
package enum FindingCode {
    /// Whether a text is a code: 1 to 64 lower-case letters, digits and low lines.
    package static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "_")
            }
    }

    /// A classifier's label as a code: lower case, with low lines for everything but letters and
    /// digits.
    package static func of(label: String) -> String {
        String(label.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}

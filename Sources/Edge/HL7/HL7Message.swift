/// A message as it was found on the wire: segments that end in a carriage return, a line feed or
/// both, in any order, with any left out.
package struct HL7Message: Sendable {
    /// One segment; fields are as they were written, escapes and all.
    package struct Segment: Sendable {
        package let name: String
        /// By their numbers less one; of MSH the first is the separator itself.
        fileprivate let fields: [String]

        /// A field's text by its number, empty where there is none.
        package subscript(number: Int) -> String {
            fields.indices.contains(number - 1) ? fields[number - 1] : ""
        }
    }

    /// Bytes of a message that are read at all.
    package static let bytesMax = 1 << 20

    /// As its MSH names them.
    package let separators: HL7Separators
    /// In the order in which they came, MSH first.
    package let segments: [Segment]
    /// Whether its bytes are UTF-8; else each was read as a character.
    let isUTF8: Bool

    /// Reads a message; nil when it is too long or does not begin with an MSH that names its
    /// separators. Bytes that are no UTF-8 are read as ISO 8859-1, as old senders write.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax else { return nil }
        let valid = String(validating: bytes, as: UTF8.self)
        isUTF8 = valid != nil
        var text = valid ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        // Some write the mark of byte orders, which UTF-8 has no need of.
        if text.unicodeScalars.first == "\u{feff}" { text.unicodeScalars.removeFirst() }
        let lines = text.unicodeScalars.split { $0 == "\r" || $0 == "\n" }
        guard let first = lines.first, Substring(first).hasPrefix("MSH"),
            let separators = HL7Separators(after: first.dropFirst(3))
        else { return nil }
        self.separators = separators
        segments = lines.map { line in
            var parts = line.split(separator: separators.field, omittingEmptySubsequences: false)
                .map { String($0) }
            let name = parts.removeFirst()
            if name == "MSH" { parts.insert(String(separators.field), at: 0) }
            return Segment(name: name, fields: parts)
        }
    }

    /// The first segment of a name.
    package func first(_ name: String) -> Segment? { segments.first { $0.name == name } }

    /// A field of a segment, to be taken apart.
    func field(_ segment: Segment, _ number: Int) -> HL7Field {
        HL7Field(segment[number], separators)
    }
}

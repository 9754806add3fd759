/// Text from outside as a terminal or a log may show it: what would move the cursor, colour, hide
/// or reorder other text stands as the escape that JSON has for it, `\u001b`. In JSON that changes
/// nothing of the meaning.
package enum VisibleText {
    /// Escapes control characters (C0, DEL, C1), format characters (those that turn the direction
    /// of writing, that have no width, and tags) and separators of lines.
    ///
    /// - Parameter keepsLines: whether ends of lines and tabs stay: for text of several lines whose
    ///   parts were escaped before.
    package static func escaped(_ text: String, keepsLines: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy {
            (0x20..<0x7f).contains($0) || (keepsLines && isLine($0))
        }
        if isPlain { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHarmless(scalar) || (keepsLines && scalar.isASCII && isLine(UInt8(scalar.value))) {
                out.append(scalar)
            } else {
                for unit in String(scalar).utf16 { out.append(contentsOf: escape(unit)) }
            }
        }
        return String(out)
    }

    private static func isLine(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x09 }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func escape(_ unit: UInt16) -> String.UnicodeScalarView {
        let bytes = [UInt8(truncatingIfNeeded: unit >> 8), UInt8(truncatingIfNeeded: unit)]
        return ("\\u" + Hex.encode(bytes)).unicodeScalars
    }
}

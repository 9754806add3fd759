/// Breaks a text that is too wide.
package enum TextBreak {
    /// Pieces of at most so many characters, at spaces where there are some; nothing is left out
    /// but the spaces at breaks.
    package static func lines(_ text: String, width: Int) -> [String] {
        guard text.count > width, width > 0 else { return [text] }
        var lines: [String] = []
        var rest = text[...]
        while rest.count > width {
            let piece = rest.prefix(width)
            let isWhole = rest.dropFirst(width).first == " "
            let end = isWhole ? piece.endIndex : piece.lastIndex(of: " ")
            if let end, end > rest.startIndex {
                lines.append(String(rest[..<end]))
                rest = rest[end...].drop { $0 == " " }
            } else {
                lines.append(String(piece))
                rest = rest[piece.endIndex...]
            }
        }
        if !rest.isEmpty { lines.append(String(rest)) }
        return lines
    }
}

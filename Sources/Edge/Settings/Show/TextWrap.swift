/// Breaks text into lines for a terminal or a page.
enum TextWrap {
    /// The columns of help texts.
    static let columns = 80

    /// The words of a text on lines of at most `width` columns, each after `indent` spaces.
    static func lines(_ text: String, width: Int = columns, indent: Int = 0) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var out: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                out.append(margin + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? out : out + [margin + line]
    }

    /// A name and what it means: on one line where it fits, else the meaning on lines of its own.
    static func item(_ name: String, _ meaning: String, column: Int = 26) -> [String] {
        let head = "  " + name
        let body = lines(meaning, indent: column)
        guard head.count < column, let first = body.first else { return [head] + body }
        let padding = String(repeating: " ", count: column - head.count)
        return [head + padding + first.dropFirst(column)] + body.dropFirst()
    }
}

/// Text for a page in Markdown, on lines that a terminal shows whole.
package enum MarkdownText {
    /// The columns of pages.
    static let columns = 100

    /// Plain text with what Markdown would take for something else made harmless: marks of tags,
    /// of emphasis, of links and of table cells.
    package static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            if "\\<*[|`".contains(character) { out.append("\\") }
            out.append(character)
        }
        return out
    }

    /// A paragraph; its lines end where words do.
    package static func paragraph(_ text: String) -> String {
        joined(TextWrap.lines(text, width: columns))
    }

    /// An item of a list, its further lines below its first.
    package static func item(_ text: String) -> String {
        let lines = TextWrap.lines(text, width: columns, indent: 2)
        guard let first = lines.first else { return "" }
        return joined(["- " + first.dropFirst(2)] + lines.dropFirst())
    }

    /// The note under a page's heading: who writes it.
    package static func origin(_ command: String, file: String) -> String {
        paragraph(
            "Written by `\(command) >\(file)`: change the program, not this page. A test compares "
                + "the two.") + "\n"
    }

    private static func joined(_ lines: [String]) -> String {
        lines.map { $0 + "\n" }.joined()
    }
}

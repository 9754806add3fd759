import VigilCore

/// A table for people: columns as wide as their content, numbers to the right.
struct TextTable {
    /// A column's heading and side.
    struct Column {
        let title: String
        let isNumber: Bool

        init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) {
        self.columns = columns.map {
            Column(VisibleText.escaped($0.title), isNumber: $0.isNumber)
        }
    }

    /// Adds a row; missing cells are empty. A cell is one line (``VisibleText``).
    mutating func add(_ cells: [String]) {
        rows.append(
            cells.map { VisibleText.escaped($0) }
                + Array(repeating: "", count: max(0, columns.count - cells.count)))
    }

    /// The table with a rule under its headings.
    var text: String {
        let widths = columns.indices.map { column in
            ([columns[column].title] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = columns.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return columns[column].isNumber ? space + cells[column] : cells[column] + space
            }
            var text = padded.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }
        let rule = widths.map { String(repeating: "─", count: $0) }
        return line(columns.map(\.title)) + line(rule) + rows.map(line).joined()
    }
}

import VigilCore

/// A table for people: columns as wide as their content, numbers to the right, at most 100 columns
/// of the terminal in all, for which the widest columns of text are broken into lines.
package struct TextTable {
    /// A column's heading and side.
    package struct Column {
        let title: String
        let isNumber: Bool

        package init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    private struct Row {
        let cells: [String]
        let below: [String]
    }

    /// What a terminal shows on one line.
    package static let columnsMax = 100
    /// No column of text becomes narrower than this.
    private static let narrowest = 8
    private static let gap = "  "

    private let columns: [Column]
    private var rows: [Row] = []

    package init(_ columns: [Column]) {
        self.columns = columns.map {
            Column(VisibleText.escaped($0.title), isNumber: $0.isNumber)
        }
    }

    /// Adds a row; missing cells are empty. A cell is one line (``VisibleText``).
    ///
    /// - Parameter below: what stands under the row over the whole width, such as a text that no
    ///   column has room for.
    package mutating func add(_ cells: [String], below: [String] = []) {
        let shown = cells.map { VisibleText.escaped($0) }
        rows.append(
            Row(
                cells: shown
                    + Array(repeating: "", count: max(0, columns.count - cells.count)),
                below: below.map { VisibleText.escaped($0) }))
    }

    /// The table with a rule under its headings.
    package var text: String {
        let widths = widths
        let rule = widths.map { String(repeating: "─", count: $0) }
        let body = rows.map { row in
            lines(row.cells, widths)
                + row.below.map { text in
                    TextBreak.lines(text, width: Self.columnsMax - 4)
                        .map { "    \($0)\n" }.joined()
                }.joined()
        }
        return lines(columns.map(\.title), widths) + lines(rule, widths) + body.joined()
    }

    private var widths: [Int] {
        var widths = columns.indices.map { column in
            ([columns[column].title] + rows.map { $0.cells[column] }).map(\.count).max() ?? 0
        }
        let gaps = Self.gap.count * max(0, columns.count - 1)
        let texts = columns.indices.filter { !columns[$0].isNumber }
        while widths.reduce(gaps, +) > Self.columnsMax,
            let widest = texts.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > Self.narrowest
        {
            widths[widest] -= 1
        }
        return widths
    }

    /// A row, on as many lines as its longest cell needs.
    private func lines(_ cells: [String], _ widths: [Int]) -> String {
        let broken = columns.indices.map { TextBreak.lines(cells[$0], width: widths[$0]) }
        let height = broken.map(\.count).max() ?? 1
        return (0..<max(1, height)).map { line in
            let padded = columns.indices.map { column in
                let cell = line < broken[column].count ? broken[column][line] : ""
                let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
                return columns[column].isNumber ? space + cell : cell + space
            }
            var text = padded.joined(separator: Self.gap)
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }.joined()
    }
}

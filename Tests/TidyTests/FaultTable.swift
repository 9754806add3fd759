/// `Tests/FAULTS.md`: what it names exists, and each fault has its row.
enum FaultTable {
    static let path = "Tests/FAULTS.md"
    /// The rows of the reference's table.
    static let faults = 1...42

    /// - Parameters:
    ///   - exists: whether there is a file or folder.
    ///   - text: of a file; nil when there is none.
    static func check(
        _ table: SourceFile, exists: (String) -> Bool, text: (String) -> String?
    ) -> [Finding] {
        var seen: [Int] = []
        var findings: [Finding] = []
        func tell(_ line: Int, _ advice: String) {
            findings.append(Finding(path: table.path, line: line + 1, advice: advice))
        }
        for (index, line) in table.lines.enumerated() {
            for name in quoted(line) {
                if let isThere = TestNames.isThere(name, text: text) {
                    if !isThere { tell(index, "there is no test \(name)") }
                } else if let script = script(name), !exists(script) {
                    tell(index, "there is no \(script)")
                }
            }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            guard cells.count > 4, let number = Int(cells[1].filter { $0 != " " }) else { continue }
            seen.append(number)
            if quoted(String(cells[3])).isEmpty, !cells[4].hasPrefix(" No test") {
                tell(index, "name a test, or say why there is none")
            }
        }
        if seen != Array(faults) { tell(-1, "each fault has one row, in order") }
        return findings
    }

    /// What stands in backticks.
    private static func quoted(_ line: String) -> [String] {
        line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }

    private static func script(_ name: String) -> String? {
        name.hasPrefix("Deploy/") ? String(name.prefix { $0 != " " }) : nil
    }
}

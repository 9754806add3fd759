import Commands
import VigilCore

/// A finding as lines of a listing that goes on: when, how urgent, which study, and what is said of
/// it.
struct FindingLine {
    private let finding: Finding

    init(_ finding: Finding) { self.finding = finding }

    /// At most ``TextTable/columnsMax`` columns each; what is said stands below the first.
    var lines: [String] {
        let ordered = finding.priority.ordered
        let raised = finding.priority.effective == ordered ? "" : " (ordered \(ordered.rawValue))"
        let head = [
            finding.run.timeline.published?.description ?? "–",
            String(finding.pseudonym.description.prefix(16)),
            finding.priority.effective.rawValue + raised + state,
        ].joined(separator: "  ")
        return [head]
            + TextBreak.lines(said, width: TextTable.columnsMax - Self.indent.count).map {
                Self.indent + $0
            }
    }

    private static let indent = "    "

    /// Whether something was said of the study before.
    private var state: String {
        guard let number = finding.revision?.number, number > 1 else { return "" }
        return "  revision \(number)"
    }

    private var said: String {
        finding.isWithdrawn ? "taken back by its sender" : FindingSummary(finding).text
    }
}

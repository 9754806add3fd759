/// The area of each label and subgroup with its interval, one row each.
struct ForestPlot {
    let labels: [EvaluationReport.Label]
    let title: String

    private static let width = 720.0
    private static let left = 260.0
    private static let row = 20.0

    private func x(_ area: Double) -> String {
        SVGPlot.number(Self.left + min(max(area, 0), 1) * (Self.width - Self.left - 20))
    }

    /// The `svg` element; empty when no area is defined.
    var svg: String {
        let defined = labels.filter { $0[.auroc].value.isFinite }
        guard !defined.isEmpty else { return "" }
        let bottom = 34 + Self.row * Double(defined.count)
        var out: [String] = []
        for tick in SVGPlot.ticks(0...1) {
            let place = x(tick.value)
            out.append(
                "<line class=\"grid\" x1=\"\(place)\" x2=\"\(place)\" y1=\"28\" "
                    + "y2=\"\(bottom)\"/><text class=\"tick middle\" x=\"\(place)\" "
                    + "y=\"\(bottom + 14)\">\(tick.text)</text>")
        }
        for (index, label) in defined.enumerated() {
            let y = 28 + Self.row * (Double(index) + 0.75)
            let area = label[.auroc]
            let name = "\(label.code), \(label.subgroup?.value ?? "")"
            out.append(
                "<text class=\"end\" x=\"\(Self.left - 8)\" y=\"\(y)\" dy=\"4\">"
                    + "\(HTML.escaped(name))</text>")
            if let low = area.low, let high = area.high {
                out.append(
                    "<line class=\"first\" x1=\"\(x(low))\" x2=\"\(x(high))\" y1=\"\(y)\" "
                        + "y2=\"\(y)\"/>")
            }
            out.append(
                "<circle class=\"first\" cx=\"\(x(area.value))\" cy=\"\(y)\" r=\"4\"/>")
        }
        return """
            <svg class="plot wide" viewBox="0 0 \(Self.width) \(bottom + 20)" role="img" \
            aria-label="\(HTML.escaped(title))">
            <text class="title" x="\(Self.width / 2)" y="16">\(HTML.escaped(title))</text>
            \(out.joined(separator: "\n"))
            </svg>
            """
    }
}

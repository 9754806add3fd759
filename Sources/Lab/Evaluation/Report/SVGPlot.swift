internal import VigilCore

/// A plot of lines and points as inline SVG. Colours are left to the page's style sheet, by class.
struct SVGPlot {
    /// One series.
    struct Line {
        /// A class of the style sheet.
        enum Look: String {
            case first
            case second
            case reference
        }

        let name: String
        let look: Look
        let points: [(x: Double, y: Double)]
        var hasDots = false
    }

    let title: String
    let xName: String
    let yName: String
    var xRange = 0.0...1.0
    var yRange = 0.0...1.0
    var lines: [Line] = []

    private static let width = 340.0
    private static let height = 300.0
    private static let left = 52.0
    private static let right = 12.0
    private static let top = 30.0
    private static let bottom = 42.0

    private func x(_ value: Double) -> Double {
        let share = (value - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
        return Self.left + share * (Self.width - Self.left - Self.right)
    }

    private func y(_ value: Double) -> Double {
        let share = (value - yRange.lowerBound) / (yRange.upperBound - yRange.lowerBound)
        return Self.height - Self.bottom - share * (Self.height - Self.top - Self.bottom)
    }

    /// The `svg` element.
    var svg: String {
        let (width, height) = (Self.width.text(decimals: 0), Self.height.text(decimals: 0))
        return """
            <svg class="plot" viewBox="0 0 \(width) \(height)" role="img" \
            aria-label="\(HTML.escaped(title))">
            <text class="title" x="\(Self.width / 2)" y="16">\(HTML.escaped(title))</text>
            \(axes)
            \(lines.map(drawn).joined(separator: "\n"))
            \(legend)
            </svg>
            """
    }

    private var axes: String {
        let (x0, x1) = (x(xRange.lowerBound), x(xRange.upperBound))
        let (y0, y1) = (y(yRange.lowerBound), y(yRange.upperBound))
        var out: [String] = []
        for tick in Self.ticks(xRange) {
            let place = Self.number(x(tick.value))
            out.append(
                "<line class=\"grid\" x1=\"\(place)\" y1=\"\(Self.number(y0))\" "
                    + "x2=\"\(place)\" y2=\"\(Self.number(y1))\"/>"
                    + "<text class=\"tick middle\" x=\"\(place)\" "
                    + "y=\"\(Self.number(y0 + 14))\">\(tick.text)</text>")
        }
        for tick in Self.ticks(yRange) {
            let place = Self.number(y(tick.value))
            out.append(
                "<line class=\"grid\" x1=\"\(Self.number(x0))\" y1=\"\(place)\" "
                    + "x2=\"\(Self.number(x1))\" y2=\"\(place)\"/>"
                    + "<text class=\"tick end\" x=\"\(Self.number(x0 - 5))\" y=\"\(place)\" "
                    + "dy=\"4\">\(tick.text)</text>")
        }
        let middle = Self.number((y0 + y1) / 2)
        out.append(
            "<text class=\"name middle\" x=\"\(Self.number((x0 + x1) / 2))\" "
                + "y=\"\(Self.height - 8)\">\(HTML.escaped(xName))</text>")
        out.append(
            "<text class=\"name middle\" transform=\"translate(13 \(middle)) rotate(-90)\">"
                + "\(HTML.escaped(yName))</text>")
        return out.joined(separator: "\n")
    }

    private func drawn(_ line: Line) -> String {
        let inside = line.points.filter { $0.x.isFinite && $0.y.isFinite }.map {
            (
                x: min(max($0.x, xRange.lowerBound), xRange.upperBound),
                y: min(max($0.y, yRange.lowerBound), yRange.upperBound)
            )
        }
        let places = inside.map { "\(Self.number(x($0.x))),\(Self.number(y($0.y)))" }
        var out = "<polyline class=\"\(line.look.rawValue)\" points=\""
        out += places.joined(separator: " ") + "\"/>"
        guard line.hasDots else { return out }
        for point in inside {
            out += "<circle class=\"\(line.look.rawValue)\" cx=\"\(Self.number(x(point.x)))\" "
            out += "cy=\"\(Self.number(y(point.y)))\" r=\"3\"/>"
        }
        return out
    }

    /// Names of the lines at the lower right, on a ground that lines do not shine through.
    private var legend: String {
        let named = lines.filter { !$0.name.isEmpty }
        guard named.count > 1 else { return "" }
        let height = 15.0 * Double(named.count) + 6
        let width = 32.0 + 6.2 * Double(named.map(\.name.count).max() ?? 0)
        let isLow = yName != "net benefit"
        let left = Self.width - Self.right - width - 5
        let top = isLow ? Self.height - Self.bottom - height - 5 : Self.top + 5
        var out = [
            "<rect class=\"legend\" x=\"\(Self.number(left))\" y=\"\(Self.number(top))\" "
                + "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" rx=\"3\"/>"
        ]
        for (index, line) in named.enumerated() {
            let y = Self.number(top + 13 + 15 * Double(index))
            out.append(
                "<line class=\"\(line.look.rawValue)\" x1=\"\(Self.number(left + 6))\" "
                    + "x2=\"\(Self.number(left + 22))\" y1=\"\(y)\" y2=\"\(y)\"/>"
                    + "<text class=\"tick\" x=\"\(Self.number(left + 27))\" y=\"\(y)\" "
                    + "dy=\"4\">\(HTML.escaped(line.name))</text>")
        }
        return out.joined(separator: "\n")
    }

    static func number(_ value: Double) -> String { value.text(decimals: 1) }

    /// Five or so round numbers of a range.
    static func ticks(_ range: ClosedRange<Double>) -> [(value: Double, text: String)] {
        let span = range.upperBound - range.lowerBound
        guard span > 0, span.isFinite else { return [] }
        var step = 1.0
        while step > span { step /= 10 }
        while step * 10 <= span { step *= 10 }
        let fine = [0.1, 0.2, 0.5, 1, 2, 5].first { span / (step * $0) <= 6 } ?? 1
        step *= fine
        let decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
        let first = (range.lowerBound / step).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard first <= last else { return [] }
        return stride(from: first, through: last, by: 1).map {
            ($0 * step, ($0 * step).text(decimals: decimals))
        }
    }
}

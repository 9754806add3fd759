/// Text for a page.
enum HTML {
    /// Text that no reader takes for markup.
    static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.append(character)
            }
        }
        return out
    }

    /// A table; cells are escaped here, those after the first stand to the right.
    static func table(_ heading: [String], _ rows: [[String]]) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
        }
        return """
            <div class="scroll"><table><thead>\(row(heading, "th"))</thead><tbody>
            \(rows.map { row($0, "td") }.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    /// The style of the page, in light and dark.
    static let style = """
        :root { color-scheme: light dark; --ground: #fcfcfb; --ink: #1c1e21; --soft: #5d646d;
          --grid: #dfe2e5; --card: #ffffff; --first: #0b62c4; --second: #c2410c; --ref: #868e98; }
        @media (prefers-color-scheme: dark) { :root { --ground: #14171a; --ink: #e8eaed;
          --soft: #a3abb5; --grid: #333a41; --card: #1c2024; --first: #6cb2ff; --second: #ff9a62;
          --ref: #7c858f; } }
        body { background: var(--ground); color: var(--ink); margin: 0 auto; max-width: 72rem;
          padding: 1.5rem; font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
        h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
        h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
        h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
        p, li { max-width: 60rem; } .soft, caption { color: var(--soft); }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; margin: .5rem 0;
          font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--grid);
          white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } th { font-weight: 600; }
        .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr));
          gap: .75rem; } .plot { background: var(--card); border: 1px solid var(--grid);
          border-radius: 6px; width: 100%; height: auto; max-width: 420px; }
        .wide { max-width: 720px; } svg text { fill: var(--ink); font: 11px system-ui,
          "DejaVu Sans", sans-serif; } svg .title { font-size: 13px; font-weight: 600;
          text-anchor: middle; } svg .tick, svg .name { fill: var(--soft); }
        svg .middle { text-anchor: middle; } svg .end { text-anchor: end; }
        svg .grid { stroke: var(--grid); stroke-width: 1; }
        svg polyline, svg line { fill: none; stroke-width: 2; } svg .grid { stroke-width: 1; }
        svg .first { stroke: var(--first); } svg .second { stroke: var(--second); }
        svg .reference { stroke: var(--ref); stroke-dasharray: 5 4; }
        svg circle.first { fill: var(--first); stroke: none; }
        svg .legend { fill: var(--card); stroke: var(--grid); }
        @media print { body { max-width: none; } .plot { break-inside: avoid; } }
        """
}

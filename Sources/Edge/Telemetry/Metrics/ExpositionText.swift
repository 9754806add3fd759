/// Builds Prometheus text format 0.0.4.
struct ExpositionText {
    private(set) var finished = ""

    /// Adds a family: its help, its type and a line a sample. One without a series is left out.
    mutating func append(_ family: MetricFamily) {
        guard !family.series.isEmpty else { return }
        let name = family.definition.name.description
        finished += "# HELP \(name) \(Self.escaped(family.definition.help.description))\n"
        finished += "# TYPE \(name) \(family.definition.kind.name)\n"
        for series in family.series {
            let labels = zip(family.definition.labels, series.labels).map {
                "\($0.description)=\"\(Self.escaped($1, quotes: true))\""
            }
            guard case .histogram(let bounds) = family.definition.kind else {
                appendSample(name, labels, Self.number(series.value))
                continue
            }
            appendHistogram(name, labels, series, bounds)
        }
    }

    private mutating func appendHistogram(
        _ name: String, _ labels: [String], _ series: MetricFamily.Series, _ bounds: [Double]
    ) {
        var total: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], series.buckets) {
            total += count
            appendSample(
                name + "_bucket", labels + ["le=\"\(Self.number(bound))\""], String(total))
        }
        appendSample(name + "_sum", labels, Self.number(series.value))
        appendSample(name + "_count", labels, String(total))
    }

    private mutating func appendSample(_ name: String, _ labels: [String], _ value: String) {
        let joined = labels.isEmpty ? "" : "{" + labels.joined(separator: ",") + "}"
        finished += "\(name)\(joined) \(value)\n"
    }

    /// A number as the format writes it: whole ones without a fraction, `+Inf`, `-Inf`, `NaN`.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? value.description
    }

    private static func escaped(_ text: String, quotes: Bool = false) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension MetricDefinition.Kind {
    /// The type's name in the exposition.
    var name: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}

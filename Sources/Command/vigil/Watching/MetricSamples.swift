import Telemetry

/// What a process said of itself at `/metrics`, in Prometheus' text format. Lines that do not have
/// it are passed over: they come from another process.
struct MetricSamples {
    private struct Sample {
        let labels: [String: String]
        let value: Double
    }

    private var samples: [String: [Sample]] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let (name, sample) = Self.read(line) else { continue }
            samples[name, default: []].append(sample)
        }
    }

    /// A gauge's value, or nil where none is told.
    func value(_ metric: GaugeMetric, _ label: String? = nil, _ value: String? = nil) -> Double? {
        sum("\(metric.definition.name)", label, value)
    }

    /// A counter's sum over the series that have a label's value; nil where there are none.
    func value(
        _ metric: CounterMetric, _ label: String? = nil, _ value: String? = nil
    ) -> Double? {
        sum("\(metric.definition.name)", label, value)
    }

    /// A value of the process itself.
    func value(_ metric: ProcessMetric) -> Double? { sum("\(metric.definition.name)", nil, nil) }

    /// Observations at or below each bound, of the series that have a label's value.
    func counts(
        _ metric: HistogramMetric, _ label: String, _ value: String
    ) -> [Double: Double] {
        let name = "\(metric.definition.name)_bucket"
        let found = (samples[name] ?? []).filter { $0.labels[label] == value }
        return found.reduce(into: [:]) { counts, sample in
            guard let bound = sample.labels["le"].flatMap({ Double($0) }) else { return }
            counts[bound, default: 0] += sample.value
        }
    }

    private func sum(_ name: String, _ label: String?, _ value: String?) -> Double? {
        let found = (samples[name] ?? []).filter { sample in
            label.map { sample.labels[$0] == value } ?? true
        }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }

    /// `name{label="value",…} value`; values of ours hold no quotes and no commas that matter here.
    private static func read(_ line: Substring) -> (String, Sample)? {
        guard let space = line.lastIndex(of: " "),
            let value = Double(line[line.index(after: space)...])
        else { return nil }
        let head = line[..<space]
        guard let brace = head.firstIndex(of: "{") else {
            return (String(head), Sample(labels: [:], value: value))
        }
        guard head.last == "}" else { return nil }
        let inner = head[head.index(after: brace)...].dropLast()
        var labels: [String: String] = [:]
        for pair in inner.split(separator: ",") {
            let halves = pair.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[1].count >= 2, halves[1].first == "\"",
                halves[1].last == "\""
            else { continue }
            labels[String(halves[0])] = String(halves[1].dropFirst().dropLast())
        }
        return (String(head[..<brace]), Sample(labels: labels, value: value))
    }
}

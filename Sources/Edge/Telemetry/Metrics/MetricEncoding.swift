internal import VigilCore

/// Writes metrics in the JSON of OTLP (opentelemetry-proto, `Metric`): 64-bit numbers as text.
/// Names are those of the exposition for Prometheus.
struct MetricEncoding {
    /// OTLP's number for sums that count from a start on.
    private static let cumulative = 2

    private let from: String
    private let to: String

    /// - Parameters:
    ///   - start: since when sums are counted.
    ///   - now: the time of the values.
    init(from start: Timestamp, to now: Timestamp) {
        from = String(start.microseconds * 1000)
        to = String(now.microseconds * 1000)
    }

    /// A metric under its own name; labels that OpenTelemetry has a name for go by that.
    func json(_ family: MetricFamily) -> JSONValue {
        let definition = family.definition
        let points = family.series.compactMap { series in
            point(
                series, definition.kind,
                MessagingMetric.attributes(of: definition.labels, series.labels))
        }
        return metric(
            definition.name.description, definition.help.description,
            unit: Self.unit(of: definition.name.description), definition.kind, points)
    }

    /// A metric of the conventions for messaging, by the family that counts the same.
    func json(
        _ messaging: MessagingMetric, of families: [MetricFamily], _ place: MessagingPlace
    ) -> JSONValue {
        let family = families.first {
            $0.definition.name.description == messaging.origin.name.description
        }
        let points = (family?.series ?? []).compactMap { series in
            point(
                series, messaging.origin.kind,
                messaging.attributes(labels: series.labels, place: place))
        }
        return metric(
            messaging.name, messaging.origin.help.description, unit: messaging.unit,
            messaging.origin.kind, points)
    }

    private func metric(
        _ name: String, _ help: String, unit: String, _ kind: MetricDefinition.Kind,
        _ points: [JSONValue]
    ) -> JSONValue {
        var data = JSONObject()
        data["dataPoints"] = .array(points)
        if kind != .gauge { data["aggregationTemporality"] = .integer(Int64(Self.cumulative)) }
        if kind == .counter { data["isMonotonic"] = .bool(true) }
        var object = JSONObject()
        object["name"] = .string(name)
        object["description"] = .string(help)
        object["unit"] = .string(unit)
        object[kind.member] = .object(data)
        return .object(object)
    }

    /// Nil for a value that JSON cannot say.
    private func point(
        _ series: MetricFamily.Series, _ kind: MetricDefinition.Kind,
        _ attributes: [TraceSpan.Attribute]
    ) -> JSONValue? {
        guard series.value.isFinite else { return nil }
        var object = JSONObject()
        object["attributes"] = .array(attributes.map(\.json))
        if kind != .gauge { object["startTimeUnixNano"] = .string(from) }
        object["timeUnixNano"] = .string(to)
        guard case .histogram(let bounds) = kind else {
            object["asDouble"] = .number(series.value)
            return .object(object)
        }
        object["count"] = .string(String(series.buckets.reduce(0, +)))
        object["sum"] = .number(series.value)
        object["bucketCounts"] = .array(series.buckets.map { .string(String($0)) })
        object["explicitBounds"] = .array(bounds.map { .number($0) })
        return .object(object)
    }

    /// The unit by the end of the name, in UCUM.
    static func unit(of name: String) -> String {
        var words = name.split(separator: "_")
        if words.last == "total" { words.removeLast() }
        return switch words.last {
        case "seconds": "s"
        case "bytes": "By"
        case "joules": "J"
        case "grams": "g"
        default: "1"
        }
    }
}

extension MetricDefinition.Kind {
    /// The member of OTLP's `Metric` that holds it.
    fileprivate var member: String {
        switch self {
        case .counter: "sum"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}

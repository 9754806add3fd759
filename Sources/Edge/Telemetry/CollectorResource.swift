internal import VigilCore

/// Who tells an OpenTelemetry collector something, in the JSON of OTLP.
struct CollectorResource {
    /// What is told, by the names that OTLP has for it.
    enum Signal: String {
        case spans = "Spans"
        case metrics = "Metrics"
    }

    private let json: JSONValue

    /// - Parameter instance: the worker's slot.
    init(instance: SafeText) {
        let attributes = [
            TraceSpan.Attribute("service.name", "vigil" as StaticString),
            TraceSpan.Attribute("service.version", BuildVersion.current),
            TraceSpan.Attribute("service.instance.id", instance),
        ]
        json = ["attributes": .array(attributes.map(\.json))]
    }

    /// `ExportTraceServiceRequest` or `ExportMetricsServiceRequest` with all items in one scope.
    func request(_ signal: Signal, _ items: [JSONValue]) -> [UInt8] {
        var scope = JSONObject()
        scope["scope"] = ["name": "vigil", "version": .string(BuildVersion.current.description)]
        scope[signal.rawValue.lowercased()] = .array(items)
        var group = JSONObject()
        group["resource"] = json
        group["scope" + signal.rawValue] = .array([.object(scope)])
        var request = JSONObject()
        request["resource" + signal.rawValue] = .array([.object(group)])
        return JSONWriter.bytes(.object(request))
    }
}

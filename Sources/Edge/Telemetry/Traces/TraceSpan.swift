package import VigilCore

/// A span of work on one study, as OpenTelemetry knows it. Its attributes hold nothing of a
/// patient, by their types.
package struct TraceSpan: Sendable {
    /// OTLP's numbers.
    package enum Kind: Int, Sendable {
        case `internal` = 1
        case client = 3
        case producer = 4
        case consumer = 5
    }

    /// Something that is told of the span.
    package struct Attribute: Sendable {
        let key: StaticString
        let value: JSONObject

        /// A text.
        package init(_ key: StaticString, _ value: some SafeToLog) {
            self.init(key, "stringValue", .string(value.safeText))
        }

        /// A whole number; OTLP's JSON writes it as text.
        package init(_ key: StaticString, _ value: Int64) {
            self.init(key, "intValue", .string(String(value)))
        }

        /// A number.
        package init(_ key: StaticString, number value: Double) {
            self.init(key, "doubleValue", .number(value.isFinite ? value : 0))
        }

        /// A metric's label, whose values are safe when they are counted.
        init(_ key: StaticString, label: String) {
            self.init(key, "stringValue", .string(label))
        }

        private init(_ key: StaticString, _ type: String, _ value: JSONValue) {
            self.key = key
            var object = JSONObject()
            object[type] = value
            self.value = object
        }

        var json: JSONValue { ["key": .string(key.description), "value": .object(value)] }
    }

    let name: SafeText
    let kind: Kind
    let context: TraceContext
    let parent: String?
    let state: String?
    let start: Timestamp
    let end: Timestamp
    let attributes: [Attribute]
    let error: SafeText?

    /// - Parameters:
    ///   - parent: the span that this one is a part of or follows from; nil for a trace's first.
    ///   - state: the `tracestate` that came with the parent.
    ///   - error: the code of what went wrong; nil when all went well.
    package init(
        _ name: SafeText, _ kind: Kind, _ context: TraceContext, parent: TraceContext?,
        state: String? = nil, from start: Timestamp, to end: Timestamp,
        attributes: [Attribute] = [], error: SafeText? = nil
    ) {
        self.name = name
        self.kind = kind
        self.context = context
        self.parent = parent?.span
        self.state = state
        self.start = start
        self.end = max(start, end)
        self.attributes = attributes + (error.map { [Attribute("error.type", $0)] } ?? [])
        self.error = error
    }

    /// The span in OTLP's JSON (opentelemetry-proto, `Span`): ids in hexadecimal, 64-bit numbers as
    /// text.
    var json: JSONValue {
        var object = JSONObject()
        object["traceId"] = .string(context.trace)
        object["spanId"] = .string(context.span)
        if let parent { object["parentSpanId"] = .string(parent) }
        if let state { object["traceState"] = .string(state) }
        object["name"] = .string(name.text)
        object["kind"] = .integer(Int64(kind.rawValue))
        object["startTimeUnixNano"] = .string(String(start.microseconds * 1000))
        object["endTimeUnixNano"] = .string(String(end.microseconds * 1000))
        object["attributes"] = .array(attributes.map(\.json))
        // 2 is an error; unset means that all went well.
        object["status"] = error == nil ? .object(JSONObject()) : ["code": .integer(2)]
        return .object(object)
    }
}

internal import VigilCore

/// Collects the headers of a CloudEvents event in binary mode, in a fixed order.
struct OutboundHeaders {
    private(set) var all: [RecordHeader]

    /// - Parameter schema: of the data; nil for an event without any.
    init(id: UUIDv5, source: String, type: String, schema: String?, time: Timestamp) {
        all = [
            RecordHeader("ce_specversion", "1.0"),
            RecordHeader("ce_id", id.description),
            RecordHeader("ce_source", source),
            RecordHeader("ce_type", type),
            RecordHeader("ce_time", time.description),
        ]
        guard let schema else { return }
        all += [
            RecordHeader("ce_dataschema", schema),
            RecordHeader("content-type", "application/json"),
        ]
    }

    /// Adds a CloudEvents attribute unless there is nothing to say.
    mutating func attribute(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        all.append(RecordHeader("ce_" + name.description, value))
    }

    /// Passes the trace context on, as the transport's header and as the event's attribute.
    mutating func trace(_ traceparent: String?, state: String?) {
        guard let traceparent else { return }
        all.append(RecordHeader("traceparent", traceparent))
        attribute("traceparent", traceparent)
        guard let state else { return }
        all.append(RecordHeader("tracestate", state))
        attribute("tracestate", state)
    }
}

internal import VigilCore

/// The attributes and data of a CloudEvents 1.0 event from a Kafka record, in binary or structured
/// mode (CloudEvents Kafka protocol binding 1.0.2, section 3).
struct CloudEvent {
    let id: String
    let source: String
    let type: String
    /// Kept only where it reads as RFC 3339.
    let time: String?
    let dataSchema: String?
    let traceparent: String?
    /// Kept only beside a `traceparent` from the same place.
    let tracestate: String?
    /// The attribute `triagepriority`, or else `priority`, where it reads as one.
    let priority: Priority?
    /// The attribute `expirytime`, where it reads as RFC 3339.
    let expiry: Timestamp?
    let data: JSONValue
}

extension CloudEvent {
    /// Reads a record in whichever mode its content type names.
    init(record: InboundRecord, limits: WireLimits) throws(WireError) {
        let headers = try CloudEventHeaders(record.headers, limits: limits)
        guard let value = record.value else { throw .tombstone }
        guard value.count <= limits.valueBytes else {
            throw .tooLarge(bytes: value.count, limit: limits.valueBytes)
        }
        let contentType = try headers.text(.contentType)?.lowercased() ?? ""
        if contentType.hasPrefix("application/cloudevents") {
            let rest = contentType.dropFirst("application/cloudevents".count)
            let format = rest.prefix { $0 != ";" && $0 != " " }
            guard format == "+json" else { throw .unsupportedFormat }
            try self.init(structured: value, headers: headers, limits: limits)
        } else {
            try self.init(binary: value, headers: headers, limits: limits)
        }
    }

    private init(
        binary value: [UInt8], headers: CloudEventHeaders, limits: WireLimits
    ) throws(WireError) {
        guard try headers.required(.specVersion) == "1.0" else { throw .unsupportedSpecVersion }
        id = try headers.required(.id)
        source = try headers.required(.source)
        type = try headers.required(.type)
        time = headers.optional("ce_time").flatMap(Self.checkedTime)
        dataSchema = try headers.text(.dataSchema)
        (traceparent, tracestate) = Self.trace(
            headers,
            attributes: (headers.optional("ce_traceparent"), headers.optional("ce_tracestate")))
        priority =
            Self.priorityNames.lazy.compactMap { headers.optional("ce_" + $0) }
            .compactMap { PriorityVocabulary.priority(header: $0) }.first
        expiry = headers.optional("ce_expirytime").flatMap { Timestamp(rfc3339: $0) }
        data = try Self.parse(value, limits)
    }

    private init(
        structured value: [UInt8], headers: CloudEventHeaders, limits: WireLimits
    ) throws(WireError) {
        let envelope = try Self.parse(value, limits)
        guard envelope.objectValue != nil else { throw .wrongType(.record) }
        func attribute(_ field: WireField) throws(WireError) -> String? {
            guard let value = envelope[field.rawValue], !value.isNull else { return nil }
            guard let text = value.stringValue, !text.isEmpty,
                text.utf8.count <= limits.attributeBytes
            else { throw .wrongType(field) }
            return text
        }
        func required(_ field: WireField) throws(WireError) -> String {
            guard let text = try attribute(field) else { throw .missingField(field) }
            return text
        }
        guard try required(.specVersion) == "1.0" else { throw .unsupportedSpecVersion }
        id = try required(.id)
        source = try required(.source)
        type = try required(.type)
        time = envelope["time"]?.stringValue.flatMap(Self.checkedTime)
        dataSchema = try attribute(.dataSchema)
        (traceparent, tracestate) = Self.trace(
            headers,
            attributes: (envelope["traceparent"]?.stringValue, envelope["tracestate"]?.stringValue))
        priority =
            Self.priorityNames.lazy.compactMap { envelope[$0] }
            .compactMap { Self.priority(attribute: $0) }.first
        expiry = envelope["expirytime"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        if let data = envelope["data"] {
            self.data = data
        } else if let encoded = envelope["data_base64"] {
            guard let text = encoded.stringValue, let bytes = Base64.decode(text) else {
                throw .wrongType(.data)
            }
            data = try Self.parse(bytes, limits)
        } else {
            throw .missingField(.data)
        }
    }

    private static let priorityNames = ["triagepriority", "priority"]

    private static func priority(attribute: JSONValue) -> Priority? {
        attribute.stringValue.map { PriorityVocabulary.priority(header: $0) }
            ?? PriorityVocabulary.priority(of: attribute)
    }

    private static func parse(
        _ bytes: [UInt8], _ limits: WireLimits
    ) throws(WireError) -> JSONValue {
        let json = JSONLimits(bytes: limits.valueBytes, depth: 64, values: 100_000)
        do {
            return try JSONParser.parse(withoutMark(bytes), limits: json)
        } catch {
            throw .notJSON(error)
        }
    }

    /// A mark of UTF-8 before the text, which some senders' libraries write, says nothing.
    private static func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
    }

    private static func checkedTime(_ text: String) -> String? {
        Timestamp(rfc3339: text) == nil ? nil : text
    }

    /// The transport's own header names the last hop and goes before the event's attribute.
    private static func trace(
        _ headers: CloudEventHeaders, attributes: (String?, String?)
    ) -> (String?, String?) {
        let places = [
            (headers.optional("traceparent"), headers.optional("tracestate")), attributes,
        ]
        for (parent, state) in places {
            guard let parent, Traceparent.isValid(parent) else { continue }
            return (parent, state.flatMap { Traceparent.isState($0) ? $0 : nil })
        }
        return (nil, nil)
    }
}

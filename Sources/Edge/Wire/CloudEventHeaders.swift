internal import VigilCore

/// The headers of a record, bounded, with the CloudEvents attributes looked up by name.
///
/// Headers that Vigil does not know may hold anything and stand there as often as they like. One
/// that it reads must be UTF-8, and if repeated, repeat the same bytes.
struct CloudEventHeaders {
    private let headers: [RecordHeader]
    private let limits: WireLimits

    init(_ headers: [RecordHeader], limits: WireLimits) throws(WireError) {
        guard headers.count <= limits.headers else {
            throw .tooManyHeaders(count: headers.count, limit: limits.headers)
        }
        let bytes = headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) }
        guard bytes <= limits.headerBytes else {
            throw .headersTooLarge(bytes: bytes, limit: limits.headerBytes)
        }
        self.headers = headers
        self.limits = limits
    }

    /// The text of an attribute's header; nil when it is absent or null.
    func text(_ field: WireField) throws(WireError) -> String? {
        let isContentType = field == .contentType
        let name = isContentType ? field.rawValue : "ce_" + field.rawValue
        let found = headers.filter {
            isContentType ? $0.name.lowercased() == name : $0.name == name
        }
        guard let first = found.first else { return nil }
        guard found.allSatisfy({ $0.value == first.value }) else { throw .ambiguousHeader(field) }
        guard let value = first.value else { return nil }
        guard value.count <= limits.attributeBytes else { throw .wrongType(field) }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw .headerNotText(field)
        }
        return text
    }

    /// The text of an attribute that must be there and not empty.
    func required(_ field: WireField) throws(WireError) -> String {
        guard let text = try text(field) else { throw .missingField(field) }
        guard !text.isEmpty else { throw .wrongType(field) }
        return text
    }

    /// The text of a header that no decision hangs on; nil when it is unusable in any way.
    func optional(_ name: String) -> String? {
        guard let value = headers.first(where: { $0.name == name })?.value,
            value.count <= limits.attributeBytes
        else { return nil }
        return String(validating: value, as: UTF8.self)
    }
}

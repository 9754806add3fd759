internal import CMicroHTTPD

/// One request, its bytes copied out of the library's memory.
package struct HTTPRequest: Sendable {
    /// Such as `GET`, as it was sent.
    package let method: String
    /// Undecoded and without the query.
    package let path: String
    /// Names in small letters.
    private let headers: [(name: String, value: String)]
    /// Nil: it was not read, since it is too large, of unknown length, or none is taken.
    package internal(set) var body: [UInt8]?

    package init(
        method: String, path: String, headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }

    /// A header's one value; nil where there is none, or more than one. The name is in small
    /// letters.
    package func value(_ name: String) -> String? {
        let found = headers.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }

    /// Copies the headers of the request that a connection has now.
    init(method: String, path: String, of connection: OpaquePointer) {
        final class Headers { var all: [(name: String, value: String)] = [] }
        let headers = Headers()
        let take: MHD_KeyValueIterator = { pointer, _, name, value in
            guard let pointer, let name else { return .YES }
            let headers = Unmanaged<Headers>.fromOpaque(pointer).takeUnretainedValue()
            headers.all.append(
                (String(cString: name).lowercased(), value.map { String(cString: $0) } ?? ""))
            return .YES
        }
        withExtendedLifetime(headers) {
            _ = MHD_get_connection_values(
                connection, .HEADER_KIND, take, Unmanaged.passUnretained(headers).toOpaque())
        }
        self.init(method: method, path: path, headers: headers.all)
    }

    /// How long the body is that is announced; nil: not known.
    var bodyBytes: Int? { value("content-length").flatMap { Int($0) } }
}

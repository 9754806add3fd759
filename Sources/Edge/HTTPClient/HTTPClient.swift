internal import CCurl
internal import VigilCore

/// Asks others over HTTP and HTTPS; the one owner of libcurl. Redirections are not followed. Calls
/// block; any thread may call.
package struct HTTPClient: Sendable {
    private let timeout: Duration
    private let bytesMax: Int
    private let trust: PeerTrust

    /// libcurl wants to be set up once and before any thread uses it.
    static let isSetUp: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Parameters:
    ///   - timeout: for a whole exchange.
    ///   - bytesMax: the longest answer that is taken.
    package init(
        timeout: Duration = .seconds(5), bytesMax: Int = 1 << 20, trust: PeerTrust = PeerTrust()
    ) {
        self.timeout = timeout
        self.bytesMax = bytesMax
        self.trust = trust
    }

    /// Whether a key or password may go to an address with such headers: by https, or to this very
    /// machine. Where none goes, any address will do. `Content-Type`, `Accept` and `User-Agent` are
    /// no keys; any other header may be one.
    package static func keepsSecrets(_ url: String, headers: [String] = []) -> Bool {
        let address = vigil_address_read(url)
        let harmless = ["content-type", "accept", "user-agent"]
        let names = headers.map { line in
            String(line.prefix { $0 != ":" }).lowercased().filter { !$0.isWhitespace }
        }
        guard address & has(VIGIL_ADDRESS_LOGIN) != 0 || !names.allSatisfy(harmless.contains) else {
            return true
        }
        return address & has(VIGIL_ADDRESS_BAD) == 0
            && (address & has(VIGIL_ADDRESS_PLAIN) == 0
                || address & has(VIGIL_ADDRESS_LOOPBACK) != 0)
    }

    private static func has(_ bit: vigil_address) -> Int32 { Int32(bitPattern: bit.rawValue) }

    /// Gets what is at an address. Throws unless the status is 200…299.
    ///
    /// - Parameter headers: lines such as `auth-token: X`.
    package func get(
        _ url: String, headers: [String] = []
    ) throws(HTTPClientError) -> [UInt8] {
        try ask(url, headers: headers, body: nil).whole()
    }

    /// Posts a body and gives the answer's. Throws unless the status is 200…299.
    package func post(
        _ url: String, headers: [String] = [], body: [UInt8]
    ) throws(HTTPClientError) -> [UInt8] {
        try ask(url, headers: headers, body: body).whole()
    }

    /// What came in; handed to the C callback, which runs within the call only.
    private final class Sink {
        var bytes: [UInt8] = []
        let bytesMax: Int

        init(bytesMax: Int) {
            self.bytesMax = bytesMax
        }
    }

    /// Asks by GET, or with a body by POST, and gives whatever the other side answers.
    package func ask(
        _ url: String, headers: [String] = [], body: [UInt8]?
    ) throws(HTTPClientError) -> HTTPReply {
        guard Self.keepsSecrets(url, headers: headers) else { throw .plainAddress }
        guard Self.isSetUp else { throw .noAnswer(reason: "libcurl did not start") }
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers { list = curl_slist_append(list, header) }
        defer { curl_slist_free_all(list) }
        let sink = Sink(bytesMax: bytesMax)
        var (status, pause) = (0, 0)
        let code = trust.withRequest(to: url, within: timeout) { request in
            request.headers = UnsafePointer(list)
            return (body ?? []).withUnsafeBytes { bytes in
                // An empty buffer has no address, and NULL would ask by GET.
                let start = bytes.baseAddress ?? UnsafeRawPointer(request.url)
                request.body = body == nil ? nil : start
                request.body_bytes = bytes.count
                return vigil_curl_send(
                    &request, Self.take, Unmanaged.passUnretained(sink).toOpaque(), &status, &pause)
            }
        }
        if sink.bytes.count > bytesMax { throw .tooLarge(bytesMax: bytesMax) }
        guard code == CURLE_OK else { throw HTTPClientError(code) }
        return HTTPReply(
            status: status, body: sink.bytes,
            retryAfter: pause > 0 ? .seconds(min(pause, 86_400)) : nil)
    }

    /// Takes a part of the answer; another count than the part's ends the exchange.
    private static let take: curl_write_callback = { data, size, count, context in
        guard let data, let context else { return 0 }
        let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
        sink.bytes.append(contentsOf: UnsafeRawBufferPointer(start: data, count: size * count))
        return sink.bytes.count > sink.bytesMax ? 0 : size * count
    }
}

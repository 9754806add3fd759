internal import CCurl
internal import VigilCore

/// Asks others over HTTP and HTTPS; the one owner of libcurl. Redirections are not followed. Calls
/// block; any thread may call.
package struct HTTPClient: Sendable {
    private let timeout: Duration
    private let bytesMax: Int
    private let trust: PeerTrust
    private let bounds: Bounds?

    /// What holds for addresses that come from others: no proxy is asked, only allowed addresses
    /// are connected to, and an answer may not dribble.
    package struct Bounds: Sendable {
        /// To which addresses sockets may be opened.
        let addresses: AddressRules
        /// How long connecting may take.
        let connecting: Duration
        /// Fewer bytes a second, for ten seconds, end the exchange.
        static let bytesASecondMin = 4096

        package init(addresses: AddressRules, connecting: Duration) {
            self.addresses = addresses
            self.connecting = connecting
        }
    }

    /// libcurl wants to be set up once and before any thread uses it.
    static let isSetUp: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Parameters:
    ///   - timeout: for a whole exchange.
    ///   - bytesMax: the longest answer that is taken.
    ///   - bounds: where addresses come from others.
    package init(
        timeout: Duration = .seconds(5), bytesMax: Int = 1 << 20, trust: PeerTrust = PeerTrust(),
        bounds: Bounds? = nil
    ) {
        self.timeout = timeout
        self.bounds = bounds
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
        let sockets = bounds.map { SocketGuard($0.addresses) }
        var answer = vigil_curl_answer()
        let code = trust.withRequest(to: url, within: timeout) { request in
            request.headers = UnsafePointer(list)
            bound(&request, sockets)
            return (body ?? []).withUnsafeBytes { bytes in
                // An empty buffer has no address, and NULL would ask by GET.
                let start = bytes.baseAddress ?? UnsafeRawPointer(request.url)
                request.body = body == nil ? nil : start
                request.body_bytes = bytes.count
                return vigil_curl_send(
                    &request, Self.take, Unmanaged.passUnretained(sink).toOpaque(), &answer)
            }
        }
        if sink.bytes.count > bytesMax { throw .tooLarge(bytesMax: bytesMax) }
        if sockets?.hasRefused == true, code != CURLE_OK { throw .addressRefused }
        guard code == CURLE_OK else { throw HTTPClientError(code) }
        let pause = answer.retry_after_s
        return HTTPReply(
            status: answer.status, body: sink.bytes,
            contentType: withUnsafeBytes(of: answer.content_type) { text in
                String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            },
            retryAfter: pause > 0 ? .seconds(min(pause, 86_400)) : nil)
    }

    private func bound(_ request: inout vigil_curl_request, _ sockets: SocketGuard?) {
        guard let bounds, let sockets else { return }
        request.connect_ms = max(1, Int(bounds.connecting.seconds * 1000))
        request.bytes_a_second_min = Bounds.bytesASecondMin
        request.open_socket = Self.openSocket
        request.open_socket_context = Unmanaged.passUnretained(sockets).toOpaque()
    }

    /// Opens a socket to the address that libcurl has found, within the call only.
    private static let openSocket: curl_opensocket_callback = { context, purpose, found in
        guard let context, let found, purpose == CURLSOCKTYPE_IPCXN else { return -1 }
        let sockets = Unmanaged<SocketGuard>.fromOpaque(context).takeUnretainedValue()
        var address = [UInt8](repeating: 0, count: 16)
        let count = Int(vigil_socket_address(found, &address))
        return sockets.open(
            found.pointee.family, found.pointee.socktype, found.pointee.protocol,
            Array(address.prefix(count)))
    }

    /// Takes a part of the answer; another count than the part's ends the exchange.
    private static let take: curl_write_callback = { data, size, count, context in
        guard let data, let context else { return 0 }
        let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
        sink.bytes.append(contentsOf: UnsafeRawBufferPointer(start: data, count: size * count))
        return sink.bytes.count > sink.bytesMax ? 0 : size * count
    }
}

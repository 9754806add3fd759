internal import CCurl
package import Processes
internal import VigilCore

/// A connection without a protocol of its own, by TLS or without. One owner, one thread; every call
/// ends within the time that it is given.
package struct BareConnection: ~Copyable {
    private let curl: UnsafeMutableRawPointer
    /// Bytes that one read takes.
    private static let piece = 16_384

    /// Connects, and by TLS checks whom it has reached.
    package init(
        host: String, port: Int, usesTLS: Bool, trust: PeerTrust, timeout: Duration
    ) throws(HTTPClientError) {
        guard HTTPClient.isSetUp else { throw .noAnswer(reason: "libcurl did not start") }
        var code = CURLE_OK
        let scheme = usesTLS ? "https" : "http"
        let opened = trust.withRequest(to: "\(scheme)://\(host):\(port)/", within: timeout) {
            vigil_curl_connect(&$0, &code)
        }
        guard let opened else { throw HTTPClientError(code) }
        curl = opened
    }

    deinit { curl_easy_cleanup(curl) }

    /// Sends all bytes.
    package func send(_ bytes: [UInt8], until end: Deadline) throws(HTTPClientError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            var count = 0
            let code = rest.withUnsafeBytes {
                curl_easy_send(curl, $0.baseAddress, $0.count, &count)
            }
            rest = rest.dropFirst(count)
            if code == CURLE_OK { continue }
            guard code == CURLE_AGAIN else { throw HTTPClientError(code) }
            try wait(toWrite: true, until: end)
        }
    }

    /// What came, at least a byte.
    package func receive(
        until end: Deadline
    ) throws(HTTPClientError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.piece)
        while true {
            var count = 0
            let code = bytes.withUnsafeMutableBytes {
                curl_easy_recv(curl, $0.baseAddress, $0.count, &count)
            }
            if code == CURLE_OK, count > 0 { return Array(bytes.prefix(count)) }
            guard code == CURLE_AGAIN else {
                throw code == CURLE_OK
                    ? .noAnswer(reason: "the other side closed the connection")
                    : HTTPClientError(code)
            }
            try wait(toWrite: false, until: end)
        }
    }

    private func wait(
        toWrite: Bool, until end: Deadline
    ) throws(HTTPClientError) {
        guard !end.isOver,
            vigil_curl_wait(curl, toWrite ? 1 : 0, end.remainingMilliseconds) != 0
        else { throw HTTPClientError(CURLE_OPERATION_TIMEDOUT) }
    }
}

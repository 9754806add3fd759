import Glibc
import HTTPServer
import LoopbackKit
import Telemetry
import Testing
import VigilCore

/// The endpoint over real sockets, with clients of every manner.
@Suite(.serialized)
struct HTTPEndpointTests {
    private let telemetry = Telemetry(logSink: NoLog())
    private let health = HealthState()

    private func start(port: UInt16 = 0) throws -> HTTPEndpoint {
        try HTTPEndpoint(port: port, telemetry: telemetry, health: health)
    }

    private func request(_ method: String, _ path: String) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
    }

    private func body(_ answer: String) -> String {
        answer.split(separator: "\r\n\r\n", maxSplits: 1).last.map(String.init) ?? ""
    }

    @Test("metrics are served in Prometheus text, with readiness among them")
    func metrics() throws {
        let endpoint = try start()
        let answer = RawConnection.exchange(endpoint.port, request("GET", "/metrics"))
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        #expect(body(answer).contains("\nvigil_ready 0\n"))
    }

    @Test("probes answer 200 or 503 with their reasons")
    func probes() throws {
        let endpoint = try start()
        #expect(
            RawConnection.exchange(endpoint.port, request("GET", "/live")).hasPrefix("HTTP/1.1 200")
        )
        let before = RawConnection.exchange(endpoint.port, request("GET", "/ready"))
        #expect(before.hasPrefix("HTTP/1.1 503") && before.contains("broker_never_seen"))
        #expect(
            RawConnection.exchange(endpoint.port, request("GET", "/startup")).hasPrefix(
                "HTTP/1.1 503"))
        health.markStarted()
        health.markModel(verified: true)
        health.mark(assignment: .partitions(1))
        health.markBrokerSeen()
        let after = RawConnection.exchange(endpoint.port, request("GET", "/ready"))
        #expect(after.hasPrefix("HTTP/1.1 200") && after.contains("\"ok\""))
    }

    @Test("HEAD gets the same headers and no body")
    func head() throws {
        let endpoint = try start()
        let answer = RawConnection.exchange(endpoint.port, request("HEAD", "/live"))
        #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("\r\n\r\n"))
        #expect(answer.contains("Content-Length: "))
    }

    @Test("other methods are refused", arguments: ["POST", "PUT", "DELETE", "OPTIONS", "X"])
    func methods(method: String) throws {
        let endpoint = try start()
        let answer = RawConnection.exchange(endpoint.port, request(method, "/metrics"))
        #expect(answer.hasPrefix("HTTP/1.1 405") && answer.contains("Allow: GET, HEAD\r\n"))
    }

    @Test(
        "other paths are not found",
        arguments: [
            "/", "/metrics/", "/../../etc/passwd", "/%2e%2e/etc/passwd", "/live%00", "//live",
            "/READY", "/metrics/../live",
        ])
    func paths(path: String) throws {
        let endpoint = try start()
        let answer = RawConnection.exchange(endpoint.port, request("GET", path))
        #expect(answer.hasPrefix("HTTP/1.1 404") || answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
    }

    @Test("a query does not change the page, and a second request on a connection is not read")
    func queryAndPipeline() throws {
        let endpoint = try start()
        let twice = request("GET", "/live?x=1") + request("GET", "/metrics")
        let answer = RawConnection.exchange(endpoint.port, twice)
        #expect(answer.hasPrefix("HTTP/1.1 200") && !answer.contains("vigil_ready"))
        #expect(answer.contains("Connection: close\r\n"))
    }

    @Test("a body is not waited for, and two lengths are no way to smuggle a request")
    func smuggling() throws {
        let endpoint = try start()
        let post = "POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
        #expect(RawConnection.exchange(endpoint.port, post).hasPrefix("HTTP/1.1 405"))
        let both =
            "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + request("GET", "/metrics")
        #expect(!RawConnection.exchange(endpoint.port, both).contains("vigil_ready"))
    }

    @Test("headers beyond the bound are refused")
    func largeHeaders() throws {
        let endpoint = try start()
        let padding = String(repeating: "x", count: 100_000)
        let answer = RawConnection.exchange(
            endpoint.port, "GET /live HTTP/1.1\r\nHost: a\r\nX-A: \(padding)\r\n\r\n")
        #expect(!answer.hasPrefix("HTTP/1.1 200"))
        #expect(
            RawConnection.exchange(endpoint.port, request("GET", "/live")).hasPrefix("HTTP/1.1 200")
        )
    }

    @Test("four hundred clients that never finish do not hold up a probe")
    func slowClients() throws {
        let endpoint = try start()
        let slow = (0..<400).compactMap { _ in RawConnection(port: endpoint.port) }
        #expect(slow.count == 400)
        for connection in slow { connection.send("GET /live HTTP/1.1\r\nHost:") }
        for _ in 0..<21 {
            for connection in slow { connection.send(" a") }
            let answer = RawConnection.exchange(endpoint.port, request("GET", "/ready"))
            #expect(answer.hasPrefix("HTTP/1.1 503"))
        }
    }

    @Test("garbage and cut requests end their own connection only")
    func mutations() throws {
        let endpoint = try start()
        var random = SplitMix64(seed: 0x5eed)
        let whole = Array(request("GET", "/metrics").utf8)
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<Int(random.next() % 6) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            let connection = try #require(RawConnection(port: endpoint.port))
            connection.send(Array(bytes.prefix(Int(random.next() % UInt64(bytes.count + 1)))))
        }
        #expect(
            RawConnection.exchange(endpoint.port, request("GET", "/live")).hasPrefix("HTTP/1.1 200")
        )
    }

    @Test("a taken port is named with a remedy, and is free again once its owner stops")
    func taken() throws {
        let port: UInt16
        do {
            let endpoint = try start()
            port = endpoint.port
            let error = #expect(throws: HTTPServerError.self) { _ = try start(port: port) }
            #expect(error?.code == "http_port_taken")
            #expect(
                error?.description.contains("http.port: 127.0.0.1 port \(port) is taken") == true)
            #expect(error?.description.contains("--set http.port=") == true)
            #expect(error?.disposition == .shutDown(.config))
        }
        #expect(RawConnection.exchange(port, request("GET", "/live")).isEmpty)
        let again = try start(port: port)
        #expect(again.port == port)
    }

    @Test("an address that is none is refused", arguments: ["localhost", "", "1.2.3", "::g"])
    func badAddress(address: String) {
        let error = #expect(throws: HTTPServerError.self) {
            _ = try HTTPEndpoint(address: address, port: 0, telemetry: telemetry, health: health)
        }
        #expect(error?.code == "http_address_malformed")
    }

    @Test("an address of another machine is refused with the system's reason")
    func foreignAddress() {
        let error = #expect(throws: HTTPServerError.self) {
            _ = try HTTPEndpoint(
                address: "192.0.2.1", port: 0, telemetry: telemetry, health: health)
        }
        #expect(error?.code == "http_listen_refused")
    }
}

/// Keeps no line.
private struct NoLog: LogSink {
    func write(_ line: String) {}
}

import Glibc
import HTTPServer
import LoopbackKit
import Synchronization
import Testing

/// A server whose answers go on, or are known only later.
@Suite(.serialized)
struct HTTPServiceTests {
    /// Says what it is told to, to whoever reads.
    private final class Board: HTTPHandler {
        let lines = Mutex<[String]>([])
        let isOver = Mutex(false)
        let answered = Mutex(0)
        let readers = Mutex(0)

        func answer(_ request: HTTPRequest) -> HTTPAnswer? {
            switch request.path {
            case "/stream":
                readers.withLock { $0 += 1 }
                return HTTPAnswer(contentType: "text/plain", stream: Reader(self))
            case "/later":
                answered.withLock { $0 += 1 }
                return isOver.withLock { $0 } ? HTTPAnswer(status: 200, body: "now") : nil
            default:
                let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? "none"
                return HTTPAnswer(
                    status: 200, body: "\(body) of \(request.value("x-name") ?? "nobody")")
            }
        }
    }

    private final class Reader: HTTPStream {
        private let board: Board
        private var count = 0

        init(_ board: Board) { self.board = board }

        func next() -> [UInt8]? {
            let (lines, isOver) = (board.lines.withLock { $0 }, board.isOver.withLock { $0 })
            guard count < lines.count else { return isOver ? nil : [] }
            defer { count = lines.count }
            return Array(lines[count...].joined().utf8)
        }
    }

    private let board = Board()

    private func start() throws -> HTTPService {
        var limits = HTTPLimits()
        limits.streamsMax = 2
        limits.bodyBytesMax = 16
        let board = board
        return try HTTPService(address: "127.0.0.1", port: 0, limits: limits) { _ in board }
    }

    private func waitUntil(_ isSo: () -> Bool) throws {
        let end = ContinuousClock.now + .seconds(60)
        while !isSo() {
            try #require(ContinuousClock.now < end)
            sched_yield()
        }
    }

    private func request(_ path: String, _ headers: String = "", body: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\n\(headers)\r\n\(body)"
    }

    @Test("a stream brings what is said after it began, all of it and in order, and ends")
    func stream() throws {
        let service = try start()
        board.lines.withLock { $0 = ["first "] }
        let reader = try #require(RawConnection(port: service.port))
        reader.send(request("/stream"))
        for number in 0..<1000 {
            board.lines.withLock { $0.append("\(number) ") }
            service.wake()
        }
        board.isOver.withLock { $0 = true }
        service.wake()
        // In chunks, whose sizes stand on lines of their own.
        let body = reader.receiveAll().split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
        let text = body.split(separator: "\r\n").filter { $0.contains(" ") }.joined()
        #expect(text == ("first " + (0..<1000).map { "\($0) " }.joined()))
    }

    @Test("more streams than may be are told to come back, and a server ends with streams open")
    func tooMany() throws {
        let service = try start()
        board.lines.withLock { $0 = ["hello "] }
        let open = (0..<2).compactMap { _ in RawConnection(port: service.port) }
        for reader in open { reader.send(request("/stream")) }
        try waitUntil { board.readers.withLock { $0 } == 2 }
        withExtendedLifetime(open) {
            let third = RawConnection.exchange(service.port, request("/stream"))
            #expect(third.hasPrefix("HTTP/1.1 503"))
        }
    }

    @Test("an answer that is known later is given once it is")
    func later() throws {
        let service = try start()
        let client = try #require(RawConnection(port: service.port))
        client.send(request("/later", "Content-Length: 2\r\n", body: "ab"))
        try waitUntil { board.answered.withLock { $0 } > 0 }
        board.isOver.withLock { $0 = true }
        service.wake()
        #expect(client.receiveAll().hasSuffix("now"))
    }

    @Test("a body within its bound is read whole, and a longer one not at all")
    func bodies() throws {
        let service = try start()
        func answer(_ headers: String, _ body: String) -> String {
            RawConnection.exchange(service.port, request("/", headers, body: body))
        }
        let good = answer("X-Name: me\r\nContent-Length: 5\r\n", "hello")
        #expect(good.hasSuffix("hello of me"), "\(good)")
        let long = answer("Content-Length: 17\r\n", String(repeating: "x", count: 17))
        #expect(long.hasSuffix("none of nobody"), "\(long)")
        let twice = answer("X-Name: a\r\nX-Name: b\r\n", "")
        #expect(twice.hasSuffix("none of nobody"), "\(twice)")
    }
}

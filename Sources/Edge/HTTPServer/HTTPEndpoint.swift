internal import CMicroHTTPD
internal import Glibc
package import Telemetry

/// The HTTP server of `/metrics`, `/live`, `/ready` and `/startup`, on a thread of its own.
///
/// It answers GET and HEAD only, one request a connection, holds at most ``connectionsMax``
/// connections, and reads no body. The endpoint stops when its owner lets it go.
package struct HTTPEndpoint: ~Copyable {
    /// The most connections held; the newest pushes out the oldest.
    package static let connectionsMax = 48
    /// Seconds without a byte after which a connection is closed.
    private static let idleSeconds: UInt32 = 5
    /// Bytes of request line and headers, and of the answer's headers.
    private static let connectionBytes = 16 * 1024
    /// Connections above the limit that the library may accept before the oldest is gone.
    private static let connectionSlack = 16

    /// The port that is listened on; the one that the system picked when 0 was asked for.
    package let port: UInt16
    private let daemon: OpaquePointer
    private let context: Unmanaged<HTTPContext>

    /// Starts to listen. `address` is an IP address, not a name; port 0 picks a free one.
    package init(
        address: String = "127.0.0.1", port: UInt16, telemetry: Telemetry, health: HealthState
    ) throws(HTTPServerError) {
        var socket = try ListenSocket(address: address, port: port)
        let limits = vigil_http_limits(
            connections: UInt32(Self.connectionsMax + Self.connectionSlack),
            idle_s: Self.idleSeconds, connection_bytes: Self.connectionBytes)
        let context = Unmanaged.passRetained(
            HTTPContext(
                telemetry: telemetry, health: health,
                connections: ConnectionTable(countMax: Self.connectionsMax)))
        guard
            let daemon = vigil_http_start(
                socket.borrowed, limits, answerRequest, noticeConnection, context.toOpaque())
        else {
            let reason = ListenSocket.systemReason(errno)
            context.release()
            throw .serverRefused(reason: reason)
        }
        _ = socket.take()  // The daemon closes it when it stops.
        self.port = socket.port
        self.daemon = daemon
        self.context = context
    }

    /// Stops listening, closes all connections and waits for the server's thread to end.
    deinit {
        MHD_stop_daemon(daemon)
        context.release()
    }
}

/// What the server's callbacks reach. Its table is touched by the server's one thread only, and
/// freed after that thread has ended.
private final class HTTPContext {
    let telemetry: Telemetry
    let health: HealthState
    var connections: ConnectionTable

    init(telemetry: Telemetry, health: HealthState, connections: ConnectionTable) {
        self.telemetry = telemetry
        self.health = health
        self.connections = connections
    }

    static func from(_ pointer: UnsafeMutableRawPointer?) -> HTTPContext? {
        pointer.map { Unmanaged<HTTPContext>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// Called by the library once the headers are there. The answer is queued at once, whatever the
/// body.
private let answerRequest: MHD_AccessHandlerCallback = {
    pointer, connection, url, method, _, _, _, _ in
    guard let context = HTTPContext.from(pointer), let url, let method else { return .NO }
    let answer = HTTPAnswer(
        method: String(cString: method), path: String(cString: url),
        telemetry: context.telemetry, health: context.health)
    var body = Array(answer.body.utf8)
    guard
        let response = MHD_create_response_from_buffer(
            body.count, &body, .RESPMEM_MUST_COPY)
    else { return .NO }
    defer { MHD_destroy_response(response) }
    MHD_add_response_header(response, "Content-Type", answer.contentType)
    MHD_add_response_header(response, "Cache-Control", "no-store")
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff")
    MHD_add_response_header(response, "Connection", "close")
    if let allow = answer.allow { MHD_add_response_header(response, "Allow", allow) }
    return MHD_queue_response(connection, answer.status, response)
}

/// Called by the library's thread when a connection opens or closes.
private let noticeConnection: MHD_NotifyConnectionCallback = { pointer, connection, _, change in
    guard let context = HTTPContext.from(pointer), let connection else { return }
    let socket = vigil_http_socket(connection)
    guard change == .CONNECTION_NOTIFY_STARTED else {
        context.connections.close(socket)
        return
    }
    // The library sees the end of the stream and closes the connection itself.
    if let oldest = context.connections.open(socket) { shutdown(oldest, Int32(SHUT_RDWR)) }
}

internal import CMicroHTTPD
internal import Glibc

/// An HTTP server on a thread of its own: one request a connection, bounded connections, headers
/// and bodies. It stops when its last owner lets it go.
package final class HTTPService: Sendable {
    /// Connections above the limit that the library may accept before the oldest is gone.
    private static let connectionSlack = 16

    /// The port that is listened on; the one that the system picked when 0 was asked for.
    package let port: UInt16
    /// Addresses of the library's server and of the context, which is kept until that has ended.
    private let daemon: UInt
    private let context: UInt
    private let waiting: WaitingConnections

    /// Starts to listen. `address` is an IP address, not a name; port 0 picks a free one.
    ///
    /// - Parameter handler: what answers, made once the port is known.
    package init(
        address: String, port: UInt16, limits: HTTPLimits = HTTPLimits(),
        handler: (UInt16) -> any HTTPHandler
    ) throws(HTTPServerError) {
        var socket = try ListenSocket(address: address, port: port)
        let waiting = WaitingConnections()
        let context = Unmanaged.passRetained(
            HTTPContext(handler: handler(socket.port), limits: limits, waiting: waiting))
        let bounds = vigil_http_limits(
            connections: UInt32(
                limits.connectionsMax + limits.streamsMax + Self.connectionSlack),
            idle_s: limits.idleSeconds, connection_bytes: limits.connectionBytes)
        let calls = vigil_http_calls(
            answer: answerRequest, notice: noticeConnection, completed: endExchange,
            context: context.toOpaque())
        guard let daemon = vigil_http_start(socket.borrowed, bounds, calls) else {
            let reason = ListenSocket.systemReason(errno)
            context.release()
            throw .serverRefused(reason: reason)
        }
        _ = socket.take()  // The daemon closes it when it stops.
        self.port = socket.port
        self.daemon = UInt(bitPattern: daemon)
        self.context = UInt(bitPattern: context.toOpaque())
        self.waiting = waiting
    }

    /// There is news: streams that had nothing to say, and requests without an answer yet, are
    /// asked again. Any thread.
    package func wake() { waiting.wake() }

    /// Stops listening, ends all streams, closes all connections and waits for the server's thread
    /// to end.
    deinit {
        waiting.end()
        MHD_stop_daemon(OpaquePointer(bitPattern: daemon))
        if let pointer = UnsafeRawPointer(bitPattern: context) {
            Unmanaged<HTTPContext>.fromOpaque(pointer).release()
        }
    }
}

/// Called by the library once the headers are there, then for each piece of the body, then once
/// more.
private let answerRequest: MHD_AccessHandlerCallback = {
    pointer, connection, url, method, _, bytes, count, exchange in
    guard let context = HTTPContext.from(pointer), let connection, let url, let method,
        let exchange
    else { return .NO }
    if let known = exchange.pointee {
        let under = Unmanaged<HTTPExchange>.fromOpaque(known).takeUnretainedValue()
        guard let count, count.pointee > 0 else { return under.answer() }
        under.take(bytes, count: count.pointee)
        count.pointee = 0
        return .YES
    }
    let begun = HTTPExchange(
        HTTPRequest(
            method: String(cString: method), path: String(cString: url), of: connection),
        on: connection, of: context)
    exchange.pointee = Unmanaged.passRetained(begun).toOpaque()
    return begun.begin()
}

/// Called by the library when a request has ended, however it ended.
private let endExchange: MHD_RequestCompletedCallback = { _, _, exchange, _ in
    guard let known = exchange?.pointee else { return }
    Unmanaged<HTTPExchange>.fromOpaque(known).release()
    exchange?.pointee = nil
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

internal import CMicroHTTPD

/// One request under way, with its answer. Used by the server's own thread alone.
final class HTTPExchange {
    private var request: HTTPRequest
    private let context: HTTPContext
    private let connection: OpaquePointer
    /// Whether the body is still to come.
    private var isReading: Bool

    init(_ request: HTTPRequest, on connection: OpaquePointer, of context: HTTPContext) {
        self.request = request
        self.connection = connection
        self.context = context
        let bytesMax = context.limits.bodyBytesMax
        isReading = request.bodyBytes.map { 1...max(1, bytesMax) ~= $0 && bytesMax > 0 } ?? false
        if isReading { self.request.body = [] }
    }

    /// The headers are there.
    func begin() -> MHD_Result { isReading ? .YES : answer() }

    /// Takes a piece of the body.
    func take(_ bytes: UnsafePointer<CChar>?, count: Int) {
        let whole = (request.body?.count ?? 0) + count
        guard isReading, let bytes, whole <= context.limits.bodyBytesMax else {
            request.body = nil
            isReading = false
            return
        }
        UnsafeRawBufferPointer(start: bytes, count: count).withMemoryRebound(to: UInt8.self) {
            request.body?.append(contentsOf: $0)
        }
    }

    /// Asks for the answer and queues it, or waits until it is known.
    func answer() -> MHD_Result {
        while true {
            let seen = context.waiting.news
            if let answer = context.handler.answer(request) { return queue(answer) }
            if context.waiting.suspend(connection, unlessNewsSince: seen) { return .YES }
            // Without an answer the connection is closed.
            if context.waiting.isOver { return .NO }
        }
    }

    private func queue(_ answer: HTTPAnswer) -> MHD_Result {
        let response: OpaquePointer?
        var status = answer.status
        switch answer.body {
        case .whole(var bytes):
            response = MHD_create_response_from_buffer(bytes.count, &bytes, .RESPMEM_MUST_COPY)
        case .stream(let stream) where context.streams < context.limits.streamsMax:
            response = begin(stream)
        case .stream:
            var text = Array("Too many readers; come back later.\n".utf8)
            response = MHD_create_response_from_buffer(text.count, &text, .RESPMEM_MUST_COPY)
            status = 503
        }
        guard let response else { return .NO }
        defer { MHD_destroy_response(response) }
        MHD_add_response_header(response, "Content-Type", answer.contentType)
        MHD_add_response_header(response, "Cache-Control", "no-store")
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff")
        MHD_add_response_header(response, "Connection", "close")
        for header in answer.headers {
            MHD_add_response_header(response, header.name, header.value)
        }
        return MHD_queue_response(connection, status, response)
    }

    private func begin(_ stream: any HTTPStream) -> OpaquePointer? {
        let writer = Unmanaged.passRetained(HTTPStreamWriter(stream, on: connection, of: context))
        let response = MHD_create_response_from_callback(
            HTTPStreamWriter.sizeUnknown, HTTPStreamWriter.blockBytes, HTTPStreamWriter.write,
            writer.toOpaque(), HTTPStreamWriter.free)
        guard let response else {
            writer.release()
            return nil
        }
        // A stream is old by nature, and no newer connection pushes it out.
        context.connections.close(vigil_http_socket(connection))
        vigil_http_patience(connection, context.limits.streamIdleSeconds)
        return response
    }
}

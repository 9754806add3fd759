internal import CMicroHTTPD

/// Writes a stream into a connection, as fast as its client reads. Used by the server's own thread
/// alone.
final class HTTPStreamWriter {
    /// `MHD_SIZE_UNKNOWN`, and what the library takes for a stream's end.
    static let sizeUnknown = UInt64.max
    private static let ended = -1
    /// What the library asks for at a time, in bytes.
    static let blockBytes = 32 * 1024

    private let stream: any HTTPStream
    private let connection: OpaquePointer
    private let context: HTTPContext
    private var pending: [UInt8] = []
    private var written = 0

    init(_ stream: any HTTPStream, on connection: OpaquePointer, of context: HTTPContext) {
        self.stream = stream
        self.connection = connection
        self.context = context
        context.streams += 1
    }

    deinit { context.streams -= 1 }

    /// Called by the library when the client can take more.
    static let write: MHD_ContentReaderCallback = { pointer, _, buffer, size in
        guard let pointer, let buffer else { return HTTPStreamWriter.ended }
        let writer = Unmanaged<HTTPStreamWriter>.fromOpaque(pointer).takeUnretainedValue()
        return writer.fill(UnsafeMutableRawBufferPointer(start: buffer, count: size))
    }

    /// Called by the library when the answer is no longer needed.
    static let free: MHD_ContentReaderFreeCallback = { pointer in
        guard let pointer else { return }
        Unmanaged<HTTPStreamWriter>.fromOpaque(pointer).release()
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while written == pending.count {
            if context.waiting.isOver { return Self.ended }
            let seen = context.waiting.news
            guard let next = stream.next() else { return Self.ended }
            (pending, written) = (next, 0)
            if next.isEmpty, context.waiting.suspend(connection, unlessNewsSince: seen) { return 0 }
        }
        let count = min(buffer.count, pending.count - written)
        buffer.copyBytes(from: pending[written..<written + count])
        written += count
        return count
    }
}

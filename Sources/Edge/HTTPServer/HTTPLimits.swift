/// How much of a server's clients may take.
package struct HTTPLimits: Sendable {
    /// The most connections held that are no streams; the newest pushes out the oldest.
    package var connectionsMax = 48
    /// The most answers that go on for as long as the client likes.
    package var streamsMax = 0
    /// Seconds without a byte after which a connection is closed.
    package var idleSeconds: UInt32 = 5
    /// The same of a stream that has something to say.
    package var streamIdleSeconds: UInt32 = 30
    /// Bytes of request line and headers, and of the answer's headers.
    package var connectionBytes = 16 * 1024
    /// Bytes of a request's body; 0: none is read.
    package var bodyBytesMax = 0

    /// Those of an endpoint of probes.
    package init() {}
}

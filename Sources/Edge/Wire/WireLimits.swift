/// How much of a message the decoder reads; what exceeds a limit becomes a dead letter.
package struct WireLimits: Sendable, Hashable {
    /// The longest record value, in bytes.
    package var valueBytes = 1 << 20
    /// The longest record key, in bytes.
    package var keyBytes = 64 << 10
    /// The most headers of one record. A dead letter that is replayed gains about twenty each time.
    package var headers = 256
    /// The longest names and values of all headers together, in bytes.
    package var headerBytes = 256 << 10
    /// The longest CloudEvents attribute, in bytes.
    package var attributeBytes = 2048
    /// The most instances of one event.
    package var instances = 10_000
    /// The longest URI, in bytes.
    package var uriBytes = 4096

    package init() {}
}

/// What the other side answered, whatever its status.
package struct HTTPReply: Sendable {
    package let status: Int
    package let body: [UInt8]
    /// What the body is said to be; empty where nothing is said.
    package let contentType: String
    /// After how long it wants to be asked again; nil where it does not say.
    package let retryAfter: Duration?

    /// The body of an answer of 200…299.
    func whole() throws(HTTPClientError) -> [UInt8] {
        guard (200...299).contains(status) else { throw .status(status) }
        return body
    }
}

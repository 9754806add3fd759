/// Answers the requests of a server. Called on the server's own thread, which it must not hold up.
package protocol HTTPHandler: Sendable {
    /// What is answered; nil: not known yet, and asked again after ``HTTPService/wake()``.
    func answer(_ request: HTTPRequest) -> HTTPAnswer?
}

/// A role that takes in what others send.
protocol Listening: Sendable {
    /// Runs until it is asked to end.
    func run() throws(GatewayError)
}

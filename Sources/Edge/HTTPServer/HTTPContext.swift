/// What the server's callbacks reach. Its table and its count are touched by the server's one
/// thread only, and it is freed after that thread has ended.
final class HTTPContext {
    let handler: any HTTPHandler
    let limits: HTTPLimits
    let waiting: WaitingConnections
    var connections: ConnectionTable
    /// Streams that are open.
    var streams = 0

    init(handler: any HTTPHandler, limits: HTTPLimits, waiting: WaitingConnections) {
        self.handler = handler
        self.limits = limits
        self.waiting = waiting
        connections = ConnectionTable(countMax: limits.connectionsMax)
    }

    static func from(_ pointer: UnsafeMutableRawPointer?) -> HTTPContext? {
        pointer.map { Unmanaged<HTTPContext>.fromOpaque($0).takeUnretainedValue() }
    }
}

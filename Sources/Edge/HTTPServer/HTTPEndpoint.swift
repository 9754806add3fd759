package import Telemetry

/// The HTTP server of `/metrics`, `/live`, `/ready` and `/startup`, on a thread of its own.
///
/// It answers GET and HEAD only, one request a connection, holds a bounded number of connections,
/// and reads no body. The endpoint stops when its owner lets it go.
package struct HTTPEndpoint: ~Copyable {
    private let service: HTTPService

    /// The port that is listened on; the one that the system picked when 0 was asked for.
    package var port: UInt16 { service.port }

    /// Starts to listen. `address` is an IP address, not a name; port 0 picks a free one.
    package init(
        address: String = "127.0.0.1", port: UInt16, telemetry: Telemetry, health: HealthState
    ) throws(HTTPServerError) {
        service = try HTTPService(
            address: address, port: port,
            handler: { _ in ProbeRoutes(telemetry: telemetry, health: health) })
    }
}

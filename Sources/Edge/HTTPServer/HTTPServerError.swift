package import VigilCore

/// What can go wrong with the endpoint, and only at start.
package enum HTTPServerError: VigilError, Hashable {
    /// The text is no IPv4 or IPv6 address.
    case addressMalformed(address: SafeText)
    /// Another process listens there.
    case portTaken(address: SafeText, port: UInt16)
    /// The system refused to listen, with its own reason.
    case listenRefused(address: SafeText, port: UInt16, reason: SafeText)
    /// The HTTP library did not start.
    case serverRefused(reason: SafeText)

    package var code: SafeText {
        switch self {
        case .addressMalformed: "http_address_malformed"
        case .portTaken: "http_port_taken"
        case .listenRefused: "http_listen_refused"
        case .serverRefused: "http_server_refused"
        }
    }

    package var what: SafeText {
        switch self {
        case .addressMalformed(let address):
            "http.address: '\(address)' is not an IP address"
        case .portTaken(let address, let port):
            "http.port: \(address) port \(port) is taken by another process"
        case .listenRefused(let address, let port, let reason):
            "http.port: cannot listen on \(address) port \(port): \(reason)"
        case .serverRefused(let reason):
            "The HTTP server did not start: \(reason)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .addressMalformed:
            "Write an address such as 127.0.0.1 or ::1 (names are not looked up)"
        case .portTaken(_, let port):
            """
            See who holds it with 'ss -ltnp sport = :\(port)', or choose another port with \
            --set http.port=N (0 picks a free one)
            """
        case .listenRefused:
            "Choose an address of this machine and a port above 1023 that the user may open"
        case .serverRefused:
            "Check the limits on threads and file descriptors (ulimit -a)"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .addressMalformed: .shutDown(.config)
        case .portTaken, .listenRefused: .shutDown(.config)
        case .serverRefused: .shutDown(.osError)
        }
    }
}

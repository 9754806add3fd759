internal import Telemetry

/// What the endpoint answers to a request. Pure, so that the routes are tested without a socket.
struct HTTPAnswer: Equatable {
    let status: UInt32
    let contentType: String
    let body: String
    /// The methods allowed, for a 405.
    var allow: String?

    static let json = "application/json"
    static let plain = "text/plain; charset=utf-8"

    /// Answers one request. Paths are compared whole and undecoded; nothing is read from disk.
    init(method: String, path: String, telemetry: Telemetry, health: HealthState) {
        guard ["/metrics", "/live", "/ready", "/startup"].contains(path) else {
            self.init(
                status: 404, contentType: Self.plain,
                body: "Not found. There is /metrics, /live, /ready and /startup.\n")
            return
        }
        guard method == "GET" || method == "HEAD" else {
            self.init(
                status: 405, contentType: Self.plain, body: "Only GET and HEAD are allowed.\n",
                allow: "GET, HEAD")
            return
        }
        switch path {
        case "/live": self.init(health.live)
        case "/startup": self.init(health.startup)
        case "/ready": self.init(health.ready)
        default:
            telemetry.metrics.set(.ready, health.ready.isOK ? 1 : 0)
            self.init(
                status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
                body: telemetry.metrics.exposition())
        }
    }

    private init(_ report: HealthReport) {
        self.init(status: report.isOK ? 200 : 503, contentType: Self.json, body: report.json)
    }

    private init(status: UInt32, contentType: String, body: String, allow: String? = nil) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.allow = allow
    }
}

internal import Telemetry

/// Answers `/metrics` and the probes. Pure, so that the routes are tested without a socket.
struct ProbeRoutes: HTTPHandler {
    let telemetry: Telemetry
    let health: HealthState

    /// Answers one request. Paths are compared whole and undecoded; nothing is read from disk.
    func answer(_ request: HTTPRequest) -> HTTPAnswer? {
        guard ["/metrics", "/live", "/ready", "/startup"].contains(request.path) else {
            return HTTPAnswer(
                status: 404,
                body: "Not found. There is /metrics, /live, /ready and /startup.\n")
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return .onlyAllowed("GET, HEAD", "Only GET and HEAD are allowed.\n")
        }
        switch request.path {
        case "/live": return answer(health.live)
        case "/startup": return answer(health.startup)
        case "/ready": return answer(health.ready)
        default:
            telemetry.metrics.set(.ready, health.ready.isOK ? 1 : 0)
            return HTTPAnswer(
                status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
                body: telemetry.metrics.exposition())
        }
    }

    private func answer(_ report: HealthReport) -> HTTPAnswer {
        HTTPAnswer(
            status: report.isOK ? 200 : 503, contentType: HTTPAnswer.json, body: report.json)
    }
}

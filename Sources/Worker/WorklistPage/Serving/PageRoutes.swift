internal import HTTPServer
internal import VigilCore

/// What the page answers to requests. On the server's thread.
struct PageRoutes: HTTPHandler {
    let access: PageAccess
    let document: PageDocument
    let board: WorklistBoard
    let feeds: PageFeeds
    /// Nil where no setting allows it.
    let feedback: FeedbackDesk?
    let clock: any VigilClock

    private static let paths = ["/": "GET", "/events": "GET", "/healthz": "GET"]

    func answer(_ request: HTTPRequest) -> HTTPAnswer? {
        if access.refusal(of: request) != nil {
            return HTTPAnswer(status: 421, body: "This page does not answer to that name.\n")
        }
        if request.path == "/feedback" { return click(request) }
        guard let method = Self.paths[request.path] else {
            return HTTPAnswer(status: 404, body: "Not found.\n")
        }
        guard request.method == method || request.method == "HEAD" else {
            return .onlyAllowed("GET, HEAD", "Only GET and HEAD are allowed here.\n")
        }
        switch request.path {
        case "/": return document.answer
        case "/healthz": return health
        default: return events(request)
        }
    }

    private var health: HTTPAnswer {
        let standing = feeds.findings.standing
        return HTTPAnswer(
            status: standing == .current ? 200 : 503, contentType: HTTPAnswer.json,
            body: JSONWriter.text(["findings": .string(standing.rawValue)]) + "\n")
    }

    private func events(_ request: HTTPRequest) -> HTTPAnswer {
        guard access.readingRefusal(of: request) == nil else { return Self.unauthorized }
        let type = "text/event-stream; charset=utf-8"
        guard request.method == "GET" else {
            return HTTPAnswer(status: 200, contentType: type, bytes: [])
        }
        let board = board
        let feeds = feeds
        let word: JSONValue? = feedback == nil ? nil : .string(access.clickWord)
        return HTTPAnswer(
            contentType: type,
            stream: EventStream(
                board, lastID: request.value("last-event-id"), clock: clock,
                status: {
                    var status = board.status()
                    status["topics"] = feeds.json
                    status["click_word"] = word
                    return .object(status)
                }))
    }

    private static var unauthorized: HTTPAnswer {
        var answer = HTTPAnswer(status: 401, body: "A token is asked for.\n")
        answer.headers = [("WWW-Authenticate", "Bearer")]
        return answer
    }

    /// Takes a click; nil until it is published.
    private func click(_ request: HTTPRequest) -> HTTPAnswer? {
        guard request.method == "POST" else {
            return .onlyAllowed("POST", "Only POST is allowed here.\n")
        }
        guard access.readingRefusal(of: request) == nil else { return Self.unauthorized }
        guard let feedback else { return Self.said("feedback_off", 403) }
        guard access.clickRefusal(of: request) == nil else { return Self.said("click_forged", 403) }
        guard let body = request.body else { return Self.said("click_too_large", 413) }
        switch FeedbackClick.read(body, board: board, now: clock.wall()) {
        case .refused(let refusal): return Self.said(refusal.code, refusal.status)
        case .taken(let record):
            switch feedback.state(of: record) {
            case .published: return Self.said("published", 200)
            case .failed: return Self.said("not_published", 503)
            case .full: return Self.said("too_many_clicks", 503)
            case .queued: return nil
            }
        }
    }

    private static func said(_ word: String, _ status: UInt32) -> HTTPAnswer {
        HTTPAnswer(
            status: status, contentType: HTTPAnswer.json,
            body: JSONWriter.text(["result": .string(word)]) + "\n")
    }
}

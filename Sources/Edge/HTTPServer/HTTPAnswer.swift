/// What is answered to a request.
package struct HTTPAnswer {
    /// The body.
    package enum Body {
        case whole([UInt8])
        case stream(any HTTPStream)
    }

    /// The status of HTTP.
    package let status: UInt32
    package let contentType: String
    package let body: Body
    /// Further headers. No name and no value may come from outside.
    package var headers: [(name: String, value: String)] = []

    /// The type of JSON.
    package static let json = "application/json"
    /// The type of text for a person.
    package static let plain = "text/plain; charset=utf-8"

    /// A whole answer.
    package init(status: UInt32, contentType: String = plain, body: String) {
        self.init(status: status, contentType: contentType, bytes: Array(body.utf8))
    }

    /// A whole answer of bytes.
    package init(status: UInt32, contentType: String, bytes: [UInt8]) {
        self.status = status
        self.contentType = contentType
        body = .whole(bytes)
    }

    /// One that goes on until the stream or the client ends it.
    package init(contentType: String, stream: any HTTPStream) {
        status = 200
        self.contentType = contentType
        body = .stream(stream)
    }

    /// Refuses all methods but some.
    package static func onlyAllowed(_ methods: String, _ text: String) -> HTTPAnswer {
        var answer = HTTPAnswer(status: 405, body: text)
        answer.headers = [("Allow", methods)]
        return answer
    }
}

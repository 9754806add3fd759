package import VigilCore

/// Why there is no answer over HTTP.
package enum HTTPClientError: VigilError, Hashable {
    /// libcurl's reason, by its own table: no such host, no connection, no answer in time.
    case noAnswer(reason: SafeText)
    /// The answer has more bytes than are taken.
    case tooLarge(bytesMax: Int)
    /// The other side refused.
    case status(Int)

    package var code: SafeText {
        switch self {
        case .noAnswer: "http_no_answer"
        case .tooLarge: "http_answer_too_large"
        case .status: "http_refused"
        }
    }

    package var what: SafeText {
        switch self {
        case .noAnswer(let reason): "No answer over HTTP: \(reason)"
        case .tooLarge(let bytesMax): "The answer over HTTP has more than \(bytesMax) bytes"
        case .status(let status): "The other side answered with the HTTP status \(status)"
        }
    }

    package var remedy: SafeText { "Ask for the same address with curl -v" }

    package var disposition: Disposition { .retry(after: .seconds(1)) }
}

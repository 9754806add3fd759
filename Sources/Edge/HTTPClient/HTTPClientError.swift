internal import CCurl
package import VigilCore

/// Why there is no answer over HTTP.
package enum HTTPClientError: VigilError, Hashable {
    /// libcurl's reason, by its own table: no such host, no connection, no answer in time.
    case noAnswer(reason: SafeText)
    /// The answer has more bytes than are taken.
    case tooLarge(bytesMax: Int)
    /// The other side refused.
    case status(Int)
    /// A key or password would have gone to another machine readable.
    case plainAddress

    package var code: SafeText {
        switch self {
        case .noAnswer: "http_no_answer"
        case .tooLarge: "http_answer_too_large"
        case .status: "http_refused"
        case .plainAddress: "http_plain_address"
        }
    }

    package var what: SafeText {
        switch self {
        case .noAnswer(let reason): "No answer over HTTP: \(reason)"
        case .tooLarge(let bytesMax): "The answer over HTTP has more than \(bytesMax) bytes"
        case .plainAddress: "A key or password would go over plain HTTP to another machine"
        case .status(let status): "The other side answered with the HTTP status \(status)"
        }
    }

    package var remedy: SafeText {
        self == .plainAddress ? "Use https://" : "Ask for the same address with curl -v"
    }

    package var disposition: Disposition {
        self == .plainAddress ? .shutDown(.config) : .retry(after: .seconds(1))
    }
}

extension HTTPClientError {
    /// By libcurl's own table.
    init(_ code: CURLcode) {
        self = .noAnswer(reason: SafeText(fixedMessage: String(cString: curl_easy_strerror(code))))
    }
}

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
    /// The host has no address that may be reached.
    case addressRefused

    package var code: SafeText {
        switch self {
        case .noAnswer: "http_no_answer"
        case .tooLarge: "http_answer_too_large"
        case .status: "http_refused"
        case .plainAddress: "http_plain_address"
        case .addressRefused: "http_address_refused"
        }
    }

    package var what: SafeText {
        switch self {
        case .noAnswer(let reason): "No answer over HTTP: \(reason)"
        case .tooLarge(let bytesMax): "The answer over HTTP has more than \(bytesMax) bytes"
        case .plainAddress: "A key or password would go over plain HTTP to another machine"
        case .addressRefused: "The host's address is in no network that may be reached"
        case .status(let status): "The other side answered with the HTTP status \(status)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .plainAddress: "Use https://"
        case .addressRefused: "List the host's network, or mend what its name resolves to"
        case .noAnswer, .tooLarge, .status: "Ask for the same address with curl -v"
        }
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

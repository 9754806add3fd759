internal import Files
internal import HTTPClient
internal import Settings
internal import Telemetry
internal import VigilCore

/// Where spans and metrics go: an OpenTelemetry collector that takes OTLP over HTTP.
struct Collector: Sendable {
    private let endpoint: String
    private let headers: [String]
    private let client: HTTPClient

    /// As set; nil when `otlp.endpoint` is empty.
    ///
    /// - Throws: ``PipelineError/headersUnreadable`` when the file of headers cannot be read,
    ///   ``PipelineError/plainAddress`` when they would go to another machine readable.
    init?(_ settings: Settings) throws(PipelineError) {
        guard let endpoint = settings.otlpEndpoint else { return nil }
        self.endpoint = endpoint.hasSuffix("/") ? endpoint : endpoint + "/"
        headers =
            ["Content-Type: application/json"] + (try Self.headers(settings.otlpHeadersFile))
        guard HTTPClient.keepsSecrets(self.endpoint, headers: headers) else {
            throw .placed(
                settings.entry(.otlpEndpoint).source.text, .plainAddress("otlp.endpoint"))
        }
        client = HTTPClient(timeout: settings.otlpTimeout, bytesMax: 65_536)
    }

    /// Sends a body to a path below the endpoint, once.
    ///
    /// - Parameter member: of the answer's `partialSuccess`, counts the items that were not taken.
    func post(
        to path: String, countingRejected member: String
    ) -> @Sendable ([UInt8]) -> CollectorAnswer {
        { [endpoint, headers, client] body in
            Self.answer(member) { () throws(HTTPClientError) in
                try client.post(endpoint + path, headers: headers, body: body)
            }
        }
    }

    /// The header lines of a file.
    private static func headers(_ path: String?) throws(PipelineError) -> [String] {
        guard let path else { return [] }
        guard let bytes = try? FileHead.read(path, bytesMax: 16_384) else {
            throw .headersUnreadable(SafeText(operatorProvided: path))
        }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map(String.init).filter { $0.contains(":") }
    }

    /// What OTLP says of the statuses: these four may be tried again, the others not.
    private static func answer(
        _ member: String, _ send: () throws(HTTPClientError) -> [UInt8]
    ) -> CollectorAnswer {
        do throws(HTTPClientError) {
            let bytes = try send()
            let json = try? JSONParser.parse(bytes)
            let rejected = json?["partialSuccess"]?[member]
            let count =
                rejected?.outside
                ?? rejected?.stringValue.flatMap { Int64($0) }.map { Outside($0) }
            return .taken(rejected: Int(clamping: count?.clamped(to: 0...1 << 32) ?? 0))
        } catch {
            switch error {
            case .status(let status):
                return [429, 502, 503, 504].contains(status) ? .later : .refused
            case .noAnswer: return .later
            case .plainAddress, .addressRefused: return .refused
            case .tooLarge: return .taken(rejected: 0)
            }
        }
    }
}

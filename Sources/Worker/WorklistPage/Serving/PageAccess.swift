internal import HTTPServer
internal import VigilCore

/// Who may ask: the names that the page answers to, so that no foreign page reaches it by a name of
/// its own (DNS rebinding), the token, and the guard against forged clicks.
struct PageAccess: Sendable {
    /// Why a request is refused.
    enum Refusal: Sendable, Equatable {
        case host
        case token
        case click
    }

    /// Small letters, with ports where they are asked for.
    private let hosts: Set<String>
    /// Of the token; nil: none is asked for.
    private let token: Digest?
    /// What a click must come with: a page that may not read the stream does not know it.
    let clickWord = RandomWord.make()

    /// - Parameters:
    ///   - port: that is listened on.
    ///   - more: names by which a proxy asks, with a port where it sends one.
    init(address: String, port: UInt16, more: [String], token: [UInt8]?) {
        let address = address.contains(":") ? "[\(address)]" : address
        let own = ["127.0.0.1", "localhost", "[::1]", address].map { "\($0):\(port)" }
        hosts = Set(own + more.map { $0.lowercased() })
        self.token = token.map { Digest(of: $0) }
    }

    /// Whether the request names this page.
    func refusal(of request: HTTPRequest) -> Refusal? {
        guard let host = request.value("host"), hosts.contains(host.lowercased()) else {
            return .host
        }
        return nil
    }

    /// Whether what stands behind the token may be read.
    func readingRefusal(of request: HTTPRequest) -> Refusal? {
        guard let token else { return nil }
        let prefix = "Bearer "
        guard let given = request.value("authorization"), given.hasPrefix(prefix),
            Digest(of: given.dropFirst(prefix.count).utf8) == token
        else { return .token }
        return nil
    }

    /// Whether a click is one of this page's. The word stands in the stream, which no other page
    /// may read; a browser says besides where the click comes from.
    func clickRefusal(of request: HTTPRequest) -> Refusal? {
        guard let word = request.value("x-vigil-click"),
            Digest(of: word.utf8) == Digest(of: clickWord.utf8),
            request.value("content-type")?.hasPrefix(HTTPAnswer.json) == true
        else { return .click }
        guard let origin = request.value("origin") else { return nil }
        let host = request.value("host") ?? ""
        return ["http://", "https://"].contains { origin.lowercased() == $0 + host.lowercased() }
            ? nil : .click
    }
}

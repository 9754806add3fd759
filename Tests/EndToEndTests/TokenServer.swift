import Foundation
import LoopbackKit
import Testing

/// An OpenID provider on a free port of this machine, as far as a client's own grant goes (RFC
/// 6749, 4.4): whoever knows the secret gets an unsigned token. Any thread.
final class TokenServer: @unchecked Sendable {
    let port: UInt16
    private let listener: LoopbackListener
    private let lock = NSLock()
    private var given = 0
    private var denied = 0

    init(client: String, secret: String) throws {
        listener = try LoopbackListener()
        port = listener.port
        let login = Data("\(client):\(secret)".utf8).base64EncodedString()
        listener.start { [weak self] in self?.serve($0, login: login) }
    }

    /// How many tokens were given out.
    var tokens: Int { lock.withLock { given } }
    /// How often a token was denied.
    var denials: Int { lock.withLock { denied } }

    private func serve(_ connection: Int32, login: String) {
        defer { close(connection) }
        guard let request = HTTPRequest(from: connection) else { return }
        let isKnown = request.head.contains("Basic \(login)")
        lock.withLock { if isKnown { given += 1 } else { denied += 1 } }
        if isKnown {
            let token = Self.token(lasting: 3600)
            HTTPRequest.answer(
                #"{"access_token":"\#(token)","token_type":"Bearer","expires_in":3600}"#,
                to: connection)
        } else {
            HTTPRequest.answer(
                #"{"error":"invalid_client"}"#, status: "401 Unauthorized", to: connection)
        }
    }

    /// An unsigned JSON web token (RFC 7519, 6).
    static func token(lasting seconds: Int) -> String {
        let now = Int(Date().timeIntervalSince1970)
        let parts = [
            #"{"alg":"none"}"#, #"{"sub":"vigil","iat":\#(now),"exp":\#(now + seconds)}"#,
        ]
        let encoded = parts.map {
            Data($0.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        }
        return encoded.joined(separator: ".") + "."
    }
}

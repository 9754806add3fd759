internal import Files
package import VigilCore

/// A bearer token (RFC 7519) for SASL OAUTHBEARER. Only when it ends and for whom it is are read
/// here; its signature is the broker's to check.
package struct BearerToken: Sendable {
    /// Why a file's token cannot be used.
    package enum Fault: Error {
        case unreadable
        case malformed
        case unbounded
        case ended

        /// What it is and what to do; it holds nothing of the token.
        package var text: StaticString {
            switch self {
            case .unreadable: "the token's file cannot be read; check its path and its rights"
            case .malformed: "the token's file holds no signed or unsigned JSON web token"
            case .unbounded: "the token does not say in exp and sub when it ends and for whom it is"
            case .ended: "the token has ended; whatever writes its file has to renew it"
            }
        }
    }

    /// More bytes than any token has.
    private static let bytesMax = 65_536

    /// Three parts with dots between.
    let text: String
    /// `exp`, in milliseconds since 1970.
    package let end: Int64
    /// `sub`.
    package let principal: String

    /// Reads what a file holds, white space around it aside. Blocks as long as the file does.
    package init(file path: String, now: Timestamp) throws(Fault) {
        guard let bytes = try? FileHead.read(path, bytesMax: Self.bytesMax + 1) else {
            throw .unreadable
        }
        guard bytes.count <= Self.bytesMax else { throw .malformed }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard let word = words.first, words.count == 1 else { throw .malformed }
        try self.init(String(word), now: now)
    }

    /// Reads a token.
    ///
    /// - Throws: ``Fault`` for what is none, does not say enough or has ended.
    package init(_ text: String, now: Timestamp) throws(Fault) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let claims = Self.decode(parts[1]),
            let json = try? JSONParser.parse(claims), json.objectValue != nil
        else { throw .malformed }
        let seconds = 1...Double(Int64.max / 1_000_000)
        guard let end = json["exp"]?.doubleValue, seconds.contains(end),
            let principal = json["sub"]?.stringValue, !principal.isEmpty
        else { throw .unbounded }
        self.text = text
        self.end = Int64(end) * 1000
        self.principal = principal
        guard self.end > now.microseconds / 1000 else { throw .ended }
    }

    /// Base64 for addresses, without padding (RFC 4648 section 5).
    private static func decode(_ part: Substring) -> [UInt8]? {
        let digits = String(
            part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padding = String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
        return Base64.decode(digits + padding)
    }
}

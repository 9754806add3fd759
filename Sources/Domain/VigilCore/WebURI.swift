/// Reading `https:` URIs (RFC 3986, RFC 9110, section 4.2.2), more strictly than either: what two
/// readers could take for two places is refused.
package struct WebURI: Sendable, Hashable {
    /// Why a text is no such URI.
    package enum Refusal: Error, Hashable, Sendable {
        case otherScheme
        case malformed
    }

    /// Scheme, host in lower case and port, such as `https://pacs.example:443`.
    package let origin: String
    /// Path and query as they were written.
    package let target: String

    /// Refused are other schemes, users and passwords, fragments, backslashes and whatever is no
    /// visible ASCII; empty, `.` and `..` segments; escapes of dots, slashes and of what is no
    /// text; and a text without a path.
    package init(_ text: String) throws(Refusal) {
        let bytes = Array(text.utf8)
        let scheme = Array("https://".utf8)
        guard FileURI.lowercased(bytes.prefix(scheme.count)) == scheme else {
            let name = bytes.prefix { $0 != UInt8(ascii: ":") }
            throw name.count < bytes.count && FileURI.lowercased(name) != Array("https".utf8)
                ? .otherScheme : .malformed
        }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"\"#<>\\^`{|}".utf8.contains($0) })
        else { throw .malformed }
        let rest = bytes.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        let target = rest.dropFirst(authority.count)
        guard let (host, port) = Self.place(FileURI.lowercased(authority)), Self.isTarget(target)
        else { throw .malformed }
        origin = "https://\(host):\(port)"
        self.target = String(decoding: target, as: UTF8.self)
    }

    // MARK: Authority

    private static func place(_ authority: [UInt8]) -> (host: String, port: Int)? {
        let isBracketed = authority.first == UInt8(ascii: "[")
        let end =
            isBracketed
            ? authority.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 }
            : authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
        guard let end else { return nil }
        let (host, rest) = (authority[..<end], authority[end...])
        let isHost = isBracketed ? isAddress(host.dropFirst().dropLast()) : isName(host)
        guard isHost, let port = port(rest) else { return nil }
        return (String(decoding: host, as: UTF8.self), port)
    }

    /// Of the digits and separators of an IPv6 address; which address it is, is not looked at.
    private static func isAddress(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= 2 && bytes.allSatisfy { "0123456789abcdef:.".utf8.contains($0) }
    }

    private static let nameBytes = Set("0123456789abcdefghijklmnopqrstuvwxyz-".utf8)

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return bytes.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty && label.first != UInt8(ascii: "-")
                    && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { nameBytes.contains($0) }
            }
    }

    /// With its colon; nothing is 443.
    private static func port(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !bytes.isEmpty else { return 443 }
        let digits = bytes.dropFirst()
        guard bytes.first == UInt8(ascii: ":"), (1...5).contains(digits.count),
            digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(String(decoding: digits, as: UTF8.self)), port <= 65_535
        else { return nil }
        return port
    }

    // MARK: Path and query

    private static func isTarget(_ bytes: ArraySlice<UInt8>) -> Bool {
        let path = bytes.prefix { $0 != UInt8(ascii: "?") }
        guard path.first == UInt8(ascii: "/") else { return false }
        let segments = path.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return isEscapedRightly(bytes)
            && segments.allSatisfy { !$0.isEmpty && $0 != [0x2e] && $0 != [0x2e, 0x2e] }
    }

    /// No escape that hides a dot, a slash or a byte that is no text.
    private static func isEscapedRightly(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let start = rest.firstIndex(of: UInt8(ascii: "%")) {
            let digits = rest[start...].dropFirst().prefix(2)
            guard digits.count == 2,
                let byte = Hex.decode(String(decoding: digits, as: UTF8.self))?.first,
                byte >= 0x20, byte != 0x7f, !"./\\%".utf8.contains(byte)
            else { return false }
            rest = rest[digits.endIndex...]
        }
        return true
    }
}

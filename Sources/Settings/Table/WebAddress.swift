#if canImport(Glibc)
    internal import Glibc
#endif

/// The form of addresses that settings hold.
enum WebAddress {
    /// Whether a text is an address of HTTP with a host and, where there is one, a port.
    static func isWhole(_ text: String) -> Bool {
        guard text.utf8.count <= SettingType.bytesMax,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }),
            let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) })
        else { return false }
        let rest = text.dropFirst(scheme.count).prefix { !"?#".contains($0) }
        // A password may hold slashes.
        let host = rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest
        return isHostAndPort(String(host.prefix { $0 != "/" }), needsPort: false)
    }

    /// Whether a text is an address of IP, of either version.
    static func isIP(_ text: String) -> Bool {
        var room = in6_addr()
        return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    }

    /// Whether a text is `host:port`, `[address]:port` or, unless a port is needed, a host.
    static func isHostAndPort(_ text: String, needsPort: Bool) -> Bool {
        let name: Substring
        let rest: Substring
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            name = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard isIP(String(name)) else { return false }
        } else {
            name = text.prefix { $0 != ":" }
            rest = text[name.endIndex...]
        }
        let isName = name.allSatisfy { !$0.isWhitespace && !"/?#@,".contains($0) }
        guard isName, !name.isEmpty else { return false }
        if rest.isEmpty { return !needsPort }
        guard rest.first == ":", rest.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber })
        else {
            return false
        }
        return Int(rest.dropFirst()).map { (1...65_535).contains($0) } ?? false
    }
}

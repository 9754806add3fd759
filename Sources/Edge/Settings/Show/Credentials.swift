/// Finds passwords, keys and tokens within texts that are no secrets as a whole.
enum Credentials {
    /// Words by which a parameter's name tells that its value is secret.
    private static let words = [
        "key", "token", "secret", "pass", "pwd", "sig", "auth", "credential",
    ]
    private static let separators = Set("?&#;, \t\"'")

    /// The text with ``Settings/hidden`` in the place of a user and password before a host, with or
    /// without a scheme, and of the values of parameters such as `?token=…` and `;password=…`.
    static func hidden(in text: String) -> String {
        guard text.contains("@") || text.contains("=") else { return text }
        return hideParameters(in: hideUsers(in: text))
    }

    private static func hideUsers(in text: String) -> String {
        text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == " " || $0 == "\t" }
            .reduce(into: ("", text.startIndex)) { out, piece in
                out.0 += text[out.1..<piece.startIndex] + hideUser(in: piece)
                out.1 = piece.endIndex
            }.0
    }

    /// Of one address. A password may hold anything, so all before the last `@` that can be its end
    /// goes.
    private static func hideUser(in address: Substring) -> Substring {
        let start = end(of: "://", in: address) ?? address.startIndex
        let rest = address[start...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let at: Substring.Index?
        if let inAuthority = authority.lastIndex(of: "@") {
            // Without a scheme, a name alone before the @ is no login.
            let login = authority[..<inAuthority]
            at = start > address.startIndex || login.contains(":") ? inAuthority : nil
        } else if let colon = authority.firstIndex(of: ":"),
            !authority[authority.index(after: colon)...].allSatisfy(\.isNumber)
        {
            // A password with a slash in it.
            at = rest.lastIndex(of: "@")
        } else {
            at = nil
        }
        guard let at else { return address }
        return address[..<start] + Settings.hidden + address[at...]
    }

    private static func end(of mark: String, in text: Substring) -> Substring.Index? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(mark) { return text.index(start, offsetBy: mark.count) }
            start = text.index(after: start)
        }
        return nil
    }

    private static func hideParameters(in text: String) -> String {
        var out = ""
        var rest = text[...]
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals]
            let start = name.lastIndex { separators.contains($0) }.map { name.index(after: $0) }
            let word = name[(start ?? name.startIndex)...].lowercased()
            out += rest[...equals]
            rest = rest[rest.index(after: equals)...]
            guard words.contains(where: word.contains) else { continue }
            let value = value(at: rest)
            if !value.isEmpty { out += Settings.hidden }
            rest = rest[value.endIndex...]
        }
        return out + rest
    }

    /// A value up to the next parameter, or a quoted one whole.
    private static func value(at rest: Substring) -> Substring {
        if let quote = rest.first, quote == "\"" || quote == "'" {
            let inside = rest.dropFirst()
            guard let end = inside.firstIndex(of: quote) else { return rest }
            return rest[...end]
        }
        return rest.prefix { !"&#;, \t".contains($0) }
    }
}

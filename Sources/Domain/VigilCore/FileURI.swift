/// Reading `file:` URIs (RFC 8089).
package enum FileURI {
    /// Why a URI names no local file.
    package enum Refusal: Error, Hashable, Sendable {
        case otherScheme
        case malformed
    }

    /// The absolute path that a URI names, percent-escapes resolved, as bytes: a name on a disk is
    /// any bytes without NUL and slash, in no encoding, so that two spellings of one letter are two
    /// names.
    ///
    /// Taken are `file:///path`, `file:/path` and `file://localhost/path`. Refused are other hosts,
    /// queries, fragments and control characters (NUL above all). The path may still hold `..`:
    /// whether it stays below an allowed root is for who opens it to say.
    package static func path(of uri: String) throws(Refusal) -> [UInt8] {
        var rest = Array(uri.utf8)
        guard lowercased(rest.prefix(5)) == Array("file:".utf8), rest.count > 5 else {
            throw rest.contains(UInt8(ascii: ":")) ? .otherScheme : .malformed
        }
        rest.removeFirst(5)
        if rest.starts(with: Array("//".utf8)) {
            rest.removeFirst(2)
            let host = rest.prefix { $0 != UInt8(ascii: "/") }
            guard host.isEmpty || lowercased(host) == Array("localhost".utf8) else {
                throw .malformed
            }
            rest.removeFirst(host.count)
        }
        guard rest.first == UInt8(ascii: "/"),
            !rest.contains(UInt8(ascii: "?")), !rest.contains(UInt8(ascii: "#")),
            let path = unescaped(rest), !path.contains(where: { $0 < 0x20 || $0 == 0x7f })
        else { throw .malformed }
        return path
    }

    /// The URI of an absolute path, with all but letters, digits and `/-._~` escaped.
    package static func text(ofPath path: String) -> String {
        let plain = Set("/-._~".utf8)
        let escaped = path.utf8.map { byte in
            let isPlain =
                plain.contains(byte) || (0x30...0x39).contains(byte)
                || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }
        return "file://" + escaped.joined()
    }

    /// With the capitals of ASCII made small.
    static func lowercased(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func unescaped(_ bytes: [UInt8]) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                out.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.count, let high = Hex.value(ofDigit: bytes[index + 1]),
                let low = Hex.value(ofDigit: bytes[index + 2])
            else { return nil }
            out.append(high << 4 | low)
            index += 3
        }
        return out
    }
}

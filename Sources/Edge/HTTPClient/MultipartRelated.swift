/// Bodies of several parts (RFC 2046, section 5.1; RFC 2387), as DICOMweb answers with them
/// (PS3.18, section 8.6.1.2.1). Pure.
package enum MultipartRelated {
    /// Why a body is none.
    package enum Refusal: Error, Hashable, Sendable {
        /// The header names no boundary, or one that cannot be.
        case noBoundary
        /// A part has no end: the body was cut off.
        case cutOff
        /// There are more parts than are taken.
        case tooManyParts
    }

    /// Whether a `Content-Type` names such a body.
    package static func isNamed(by contentType: String) -> Bool {
        mediaType(contentType).hasPrefix("multipart/")
    }

    /// Type and subtype in lower case.
    package static func mediaType(_ contentType: String) -> String {
        contentType.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
    }

    /// The bodies of the parts, without their headers.
    package static func parts(
        of body: [UInt8], contentType: String, countMax: Int
    ) throws(Refusal) -> [ArraySlice<UInt8>] {
        guard let boundary = boundary(contentType) else { throw .noBoundary }
        let line = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may begin the body, without the line break that others have.
        var rest: ArraySlice<UInt8>
        if body.starts(with: line.dropFirst(2)) {
            rest = body.dropFirst(line.count - 2)
        } else {
            guard let first = delimiter(line, in: body[...]) else { throw .cutOff }
            rest = body[(first + line.count)...]
        }
        var parts: [ArraySlice<UInt8>] = []
        while !rest.starts(with: Array("--".utf8)) {
            guard parts.count < countMax else { throw .tooManyParts }
            // The delimiter's own line, then headers, of which there may be none.
            guard let head = find(Array("\r\n".utf8), in: rest) else { throw .cutOff }
            let start: Int
            if rest[(head + 2)...].starts(with: Array("\r\n".utf8)) {
                start = head + 4
            } else {
                guard let end = find(Array("\r\n\r\n".utf8), in: rest) else { throw .cutOff }
                start = end + 4
            }
            // The line break before a delimiter is the delimiter's; an empty part has none other.
            guard let end = delimiter(line, in: rest[(start - 2)...]) else { throw .cutOff }
            parts.append(rest[min(start, end)..<end])
            rest = rest[(end + line.count)...]
        }
        return parts
    }

    private static func boundary(_ contentType: String) -> String? {
        for parameter in parameters(contentType) {
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2,
                parts[0].filter({ !$0.isWhitespace }).lowercased() == "boundary"
            else { continue }
            var value = parts[1].drop { $0.isWhitespace }
            while value.last?.isWhitespace == true { value.removeLast() }
            if value.count >= 2, value.first == "\"", value.last == "\"" {
                value = value.dropFirst().dropLast()
            }
            let isBoundary =
                (1...70).contains(value.utf8.count)
                && value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") }
            return isBoundary ? String(value) : nil
        }
        return nil
    }

    /// What stands between semicolons that no quotation marks enclose.
    private static func parameters(_ contentType: String) -> [String] {
        var (found, isQuoted) = ([""], false)
        for letter in contentType {
            if letter == "\"" { isQuoted.toggle() }
            if letter == ";", !isQuoted {
                found.append("")
            } else {
                found[found.count - 1].append(letter)
            }
        }
        return Array(found.dropFirst())
    }

    /// Where a delimiter begins: a line of its own, or the last one.
    private static func delimiter(_ line: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while let place = find(line, in: rest) {
            let behind = bytes[(place + line.count)...]
            let padded = behind.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            if behind.starts(with: Array("--".utf8)) || padded.starts(with: Array("\r\n".utf8)) {
                return place
            }
            rest = behind
        }
        return nil
    }

    private static func find(_ wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while let place = rest.firstIndex(where: { $0 == wanted.first }) {
            rest = rest[place...]
            if rest.starts(with: wanted) { return place }
            rest = rest.dropFirst()
        }
        return nil
    }
}

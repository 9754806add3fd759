/// An absolute path as bytes. A name on a disk is any bytes without NUL and slash, in no encoding:
/// compared as text, two spellings of one letter would be one name, and a mark after a slash would
/// hide it.
struct InputPath: Hashable, Sendable {
    /// Without empty, `.` and `..` components, nor a slash at the end; a slash alone for the top.
    let bytes: [UInt8]

    private static let slash = UInt8(ascii: "/")

    /// Nil for a path that is not absolute, or that no system call could take.
    init?(_ given: [UInt8]) {
        guard given.first == Self.slash, !given.contains(0) else { return nil }
        var parts: [ArraySlice<UInt8>] = []
        for part in given.split(separator: Self.slash) where part != Array(".".utf8)[...] {
            if part == Array("..".utf8)[...] { _ = parts.popLast() } else { parts.append(part) }
        }
        bytes = [Self.slash] + parts.joined(separator: [Self.slash])
    }

    /// The top of all paths.
    var isTop: Bool { bytes.count == 1 }

    /// What of the path comes after a folder and a slash; nil when it does not lie below it.
    func part(below folder: InputPath) -> [UInt8]? {
        let start = folder.isTop ? 1 : folder.bytes.count + 1
        guard bytes.count > start, bytes[start - 1] == Self.slash,
            bytes.starts(with: folder.bytes)
        else { return nil }
        return Array(bytes[start...])
    }
}

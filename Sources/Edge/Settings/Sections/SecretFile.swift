internal import Files
internal import VigilCore

/// Files of the operator's that hold secrets: their owner's alone.
package enum SecretFile {
    private static let bytesMax = 65_536

    /// Its bytes, at most 64 KiB.
    package static func bytes(of path: String) throws(SectionError) -> [UInt8] {
        let named = SafeText(operatorProvided: path)
        let found: (bytes: [UInt8], isOpenToOthers: Bool)
        do throws(FileFailure) {
            found = try FileHead.readSecret(path, bytesMax: bytesMax)
        } catch {
            throw .secretUnusable("cannot be read (errno \(error.errno))", path: named)
        }
        guard !found.isOpenToOthers else {
            throw .secretUnusable("may be read or written by its group or by others", path: named)
        }
        return found.bytes
    }

    /// Its text without the line break at its end.
    package static func text(of path: String) throws(SectionError) -> String {
        guard var text = String(validating: try bytes(of: path), as: UTF8.self) else {
            throw .secretUnusable("is no UTF-8 text", path: SafeText(operatorProvided: path))
        }
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// Its lines as headers of HTTP.
    package static func headers(of path: String) throws(SectionError) -> [String] {
        let lines = try text(of: path).split(whereSeparator: \.isNewline).map(String.init)
        guard lines.allSatisfy({ $0.contains(":") }) else {
            throw .secretUnusable(
                "has a line that is no 'Name: value'", path: SafeText(operatorProvided: path))
        }
        return lines
    }

    /// Whether a file that holds no secret can be read.
    package static func isReadable(_ path: String) -> Bool {
        (try? FileHead.read(path, bytesMax: 1))?.isEmpty == false
    }
}

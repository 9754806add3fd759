import FileKit
import Glibc

/// Small files, read and written without ceremony: what is not there ends the run with its name.
enum Files {
    /// Folders of this checkout.
    static let checkout: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/")
    }()

    static func read(_ path: String) throws -> [UInt8] {
        guard let bytes = TestFiles.read(path) else { throw Breach("\(path) cannot be read") }
        return bytes
    }

    static func write(_ path: String, _ bytes: [UInt8]) throws {
        guard let file = fopen(path, "wb") else { throw Breach("\(path) cannot be written") }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw Breach("\(path) cannot be written whole")
        }
    }

    /// The paths of files with an ending, sorted, so that a seed means the same anywhere.
    static func list(_ folder: String, _ ending: String) throws -> [String] {
        guard let stream = opendir(folder) else { throw Breach("\(folder) cannot be read") }
        defer { closedir(stream) }
        var paths: [String] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(ending) { paths.append("\(folder)/\(name)") }
        }
        return paths.sorted()
    }
}

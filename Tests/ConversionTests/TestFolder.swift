import Glibc
import Testing

/// A folder that goes when the test ends.
final class TestFolder {
    let path: String

    /// - Parameter isInMemory: on a file system in memory where there is one, so that a loop does
    ///   not wait for a disk.
    init(isInMemory: Bool = false) throws {
        let root = isInMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(root)/vigil-test-XXXXXX".utf8CString)
        path = try template.withUnsafeMutableBufferPointer { buffer in
            String(cString: try #require(buffer.baseAddress.flatMap { mkdtemp($0) }))
        }
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = try #require(fopen("\(path)/\(name)", "wb"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        return "\(path)/\(name)"
    }

    /// The bytes of a file, nil when it does not read.
    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// A committed vector of this target.
    static func vector(_ name: String) -> [UInt8]? {
        read(vectorPath(name))
    }

    /// The path of a committed vector of this target.
    static func vectorPath(_ name: String) -> String {
        let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
        return "\(folder)/Vectors/\(name)"
    }

    deinit { Self.delete(path) }

    static func delete(_ path: String) {
        guard let stream = opendir(path) else {
            unlink(path)
            return
        }
        defer {
            closedir(stream)
            rmdir(path)
        }
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { delete("\(path)/\(name)") }
        }
    }
}

/// Steele, Lea and Flood's SplitMix64, for seeded tests.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

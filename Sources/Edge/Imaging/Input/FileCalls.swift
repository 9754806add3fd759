package import Files

/// The calls of the system that lead to a file's bytes. Behind a protocol, since any of them may
/// hang or fail by the storage's own doing, and a test must be able to have it do so.
package protocol FileCalls: Sendable {
    /// Opens a path (openat(2)).
    /// - Parameter folder: where a relative path begins; nil for an absolute one.
    func open(
        _ path: [UInt8], below folder: Int32?, as purpose: FilePurpose
    ) throws(FileFailure) -> Int32
    /// The path that an open file has now (readlink(2) of its entry in `/proc`).
    func path(of file: Int32) throws(FileFailure) -> [UInt8]
    /// What is known of an open file (fstat(2)).
    func facts(of file: Int32) throws(FileFailure) -> FileFacts
    /// Asks the storage itself about an open file, not what the kernel remembers of it.
    func ask(_ file: Int32) throws(FileFailure)
    /// Reads some of a file's bytes (pread(2)).
    /// - Returns: how many; 0 at the end.
    func read(
        _ file: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(FileFailure) -> Int
}

/// What a path is opened for.
package enum FilePurpose: Sendable, Hashable {
    /// To be looked at: no right to read, and no effect on a device.
    case handle
    /// The same, of a folder alone.
    case folder
    /// For its bytes.
    case content
}

/// What is known of an open file.
package struct FileFacts: Sendable, Hashable {
    /// Bytes.
    package let size: UInt64
    /// Its content was last changed at this time of the storage's clock, in nanoseconds of Unix
    /// time.
    package let modified: Int64
    package let isRegular: Bool

    package init(size: UInt64, modified: Int64, isRegular: Bool) {
        self.size = size
        self.modified = modified
        self.isRegular = isRegular
    }
}

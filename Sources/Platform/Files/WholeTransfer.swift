#if canImport(Glibc)
    internal import Glibc
#endif

/// Reads and writes that go on until all bytes are there, into however many pieces the system cuts
/// them, and through signals. Any thread; blocks as long as the file, pipe or socket does.
package enum WholeTransfer {
    /// Reads until the buffer is full or the file ends (read(2)).
    ///
    /// - Returns: how many bytes came; fewer than asked for at the end.
    package static func read(
        into buffer: UnsafeMutableRawBufferPointer, from file: Int32
    ) throws(FileFailure) -> Int {
        try fill(buffer) { Glibc.read(file, $0, $1) }
    }

    /// Reads from a place of a file until the buffer is full or the file ends (pread(2)).
    ///
    /// - Returns: how many bytes came; fewer than asked for at the end.
    package static func read(
        into buffer: UnsafeMutableRawBufferPointer, from file: Int32, at offset: Int
    ) throws(FileFailure) -> Int {
        var place = off_t(offset)
        return try fill(buffer) {
            let count = pread(file, $0, $1, place)
            place += off_t(max(0, count))
            return count
        }
    }

    /// Writes all bytes (write(2)).
    package static func write(
        _ bytes: UnsafeRawBufferPointer, to file: Int32
    ) throws(FileFailure) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = Glibc.write(file, base + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            // Nothing written and no error: a full device of a file system that says it so.
            guard count > 0 else { throw FileFailure(errno: count < 0 ? errno : ENOSPC) }
            done += count
        }
    }

    /// Writes all bytes (write(2)).
    package static func write(_ bytes: [UInt8], to file: Int32) throws(FileFailure) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(FileFailure) in try write(buffer, to: file) }
        }
        try result.get()
    }

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        _ call: (UnsafeMutableRawPointer, Int) -> Int
    ) throws(FileFailure) -> Int {
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
            let count = call(base + done, buffer.count - done)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure(errno: errno) }
            guard count > 0 else { break }
            done += count
        }
        return done
    }
}

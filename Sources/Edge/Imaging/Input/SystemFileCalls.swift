internal import CLinux
package import Files

#if canImport(Glibc)
    internal import Glibc
#endif

/// The calls themselves.
package struct SystemFileCalls: FileCalls {
    package init() {}

    /// openat(2).
    package func open(
        _ path: [UInt8], below folder: Int32?, as purpose: FilePurpose
    ) throws(FileFailure) -> Int32 {
        let flags =
            switch purpose {
            case .handle: vigil_open_as_handle | O_CLOEXEC
            case .folder: vigil_open_as_handle | O_CLOEXEC | O_DIRECTORY
            // What is opened was looked at before; still, nothing may wait for another program.
            case .content: O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
            }
        let text = (path + [0]).map { CChar(bitPattern: $0) }
        while true {
            let opened = openat(folder ?? AT_FDCWD, text, flags)
            if opened >= 0 { return opened }
            guard errno == EINTR else { throw FileFailure(errno: errno) }
        }
    }

    /// readlink(2).
    package func path(of file: Int32) throws(FileFailure) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/fd/\(file)", &buffer, buffer.count)
        guard count >= 0 else { throw FileFailure(errno: errno) }
        guard count < buffer.count else { throw FileFailure(errno: ENAMETOOLONG) }
        return buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }

    /// fstat(2).
    package func facts(of file: Int32) throws(FileFailure) -> FileFacts {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileFailure(errno: errno) }
        let (seconds, isFar) = Int64(status.st_mtim.tv_sec)
            .multipliedReportingOverflow(by: 1_000_000_000)
        return FileFacts(
            size: UInt64(clamping: status.st_size),
            modified: isFar ? 0 : seconds &+ Int64(status.st_mtim.tv_nsec),
            isRegular: status.st_mode & S_IFMT == S_IFREG)
    }

    /// statx(2) that may not answer from memory.
    package func ask(_ file: Int32) throws(FileFailure) {
        let failure = vigil_ask_storage(file)
        guard failure == 0 else { throw FileFailure(errno: failure) }
    }

    /// pread(2).
    package func read(
        _ file: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(FileFailure) -> Int {
        while true {
            let count = pread(file, buffer.baseAddress, buffer.count, off_t(clamping: offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw FileFailure(errno: errno) }
        }
    }
}

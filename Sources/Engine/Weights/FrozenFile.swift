internal import Files
internal import Glibc
package import VigilCore

/// A file whose bytes stay the same for as long as it is open, so that a map of it cannot end the
/// process with SIGBUS and what was hashed is what is used.
///
/// The file is mapped under a read lease (fcntl(2), `F_SETLEASE`): the kernel holds back whoever
/// would truncate it or open it for writing until the lease is given up, for at most the system's
/// `lease-break-time`, 45 seconds by default. Where no lease is to be had (another owner, another
/// file system, an open writer) the bytes are copied to private memory instead, and the copy is
/// refused when size, times or inode moved meanwhile. Keep a `FrozenFile` only while loading.
package final class FrozenFile: Sendable {
    /// The largest file that is opened: 64 GiB.
    package static let sizeLimit = 64 << 30

    /// The path as it was given.
    package let path: String
    /// The file's bytes, owned by this object.
    package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    /// Whether the bytes are a map of the file rather than a copy.
    package let isMapped: Bool
    private let descriptor: Int32

    /// Opens a regular file for reading.
    package init(path: String, sizeLimit: Int = FrozenFile.sizeLimit) throws(WeightsError) {
        let name = SafeText(operatorProvided: path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(name) }
        do throws(WeightsError) {
            let before = try Self.status(of: descriptor, name: name)
            guard before.st_mode & S_IFMT == S_IFREG else {
                throw WeightsError.notAFile(path: name)
            }
            guard before.st_size <= sizeLimit else {
                throw WeightsError.tooLarge(path: name, found: before.st_size, limit: sizeLimit)
            }
            isMapped = before.st_size > 0 && Self.takeLease(descriptor)
            bytes =
                isMapped
                ? try Self.map(descriptor, name: name)
                : try Self.copy(descriptor, before: before, name: name)
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        if let base = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
        }
        close(descriptor)
    }

    /// A copy of the whole file at a path.
    package static func contents(
        of path: String, sizeLimit: Int = FrozenFile.sizeLimit
    ) throws(WeightsError) -> [UInt8] {
        let file = try FrozenFile(path: path, sizeLimit: sizeLimit)
        return withExtendedLifetime(file) { Array(file.bytes) }
    }

    /// The SHA-256 of the bytes. Pages that were read are given back as it goes, so that hashing a
    /// large model does not raise the process's resident size.
    package func digest() -> Digest {
        var hasher = DigestHasher()
        let chunk = 4 << 20
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            let range = start..<min(start + chunk, bytes.count)
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[range]))
            release(range)
        }
        return hasher.finish()
    }

    /// Gives back the pages of a range that has been used; they come back when touched again.
    package func release(_ range: Range<Int>) {
        guard isMapped, let base = bytes.baseAddress else { return }
        let page = Int(getpagesize())
        let start = (range.lowerBound + page - 1) / page * page
        let end = min(range.upperBound, bytes.count) / page * page
        guard start < end else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
    }

    private static func unreadable(_ name: SafeText) -> WeightsError {
        .cannotRead(path: name, reason: SafeText(fixedMessage: String(cString: strerror(errno))))
    }

    private static func status(
        of descriptor: Int32, name: SafeText
    ) throws(WeightsError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(name) }
        return status
    }

    /// Takes a read lease. A break would raise SIGIO, which ends a process by default: SIGURG,
    /// which is ignored by default, is asked for instead.
    private static func takeLease(_ descriptor: Int32) -> Bool {
        let setSignal: Int32 = 10  // F_SETSIG, hidden behind _GNU_SOURCE
        let setLease: Int32 = 1024  // F_SETLEASE
        return fcntl(descriptor, setSignal, SIGURG) == 0
            && fcntl(descriptor, setLease, Int32(F_RDLCK)) == 0
    }

    private static func map(
        _ descriptor: Int32, name: SafeText
    ) throws(WeightsError) -> UnsafeRawBufferPointer {
        let size = try status(of: descriptor, name: name).st_size  // as it is under the lease
        guard size > 0, let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
            base != MAP_FAILED
        else { throw unreadable(name) }
        return UnsafeRawBufferPointer(start: base, count: size)
    }

    private static func copy(
        _ descriptor: Int32, before: stat, name: SafeText
    ) throws(WeightsError) -> UnsafeRawBufferPointer {
        let size = before.st_size
        guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        guard
            let base = mmap(
                nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            base != MAP_FAILED
        else { throw unreadable(name) }
        let whole = UnsafeMutableRawBufferPointer(start: base, count: size)
        let filled = (try? WholeTransfer.read(into: whole, from: descriptor, at: 0)) ?? 0
        var after = stat()
        guard filled == size, fstat(descriptor, &after) == 0, after.st_size == size,
            after.st_mtim.tv_sec == before.st_mtim.tv_sec,
            after.st_mtim.tv_nsec == before.st_mtim.tv_nsec
        else {
            munmap(base, size)
            throw WeightsError.changedWhileRead(path: name)
        }
        return UnsafeRawBufferPointer(start: base, count: size)
    }
}

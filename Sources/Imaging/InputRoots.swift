internal import CLinux
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// The folders that events may name files in. Opens a file only when it truly lies in one of them.
///
/// A path is first compared as text, so that nothing outside is even looked at; it is then opened
/// without rights (`O_PATH`), and what was really reached, after every link, is compared again.
package struct InputRoots: Sendable {
    /// Absolute paths, as given and with links resolved, without a slash at the end.
    private let roots: [String]
    private let maximumBytes: UInt64

    /// - Parameters:
    ///   - folders: Absolute paths of the operator's.
    ///   - maximumBytes: Larger files are refused without reading.
    /// - Throws: `fileMissing` or another error when a folder cannot be resolved.
    package init(folders: [String], maximumBytes: UInt64) throws(ImagingError) {
        var roots: [String] = []
        for folder in folders {
            guard folder.first == "/" else { throw .badURI }
            guard let resolved = realpath(folder, nil) else { throw Self.failure(errno) }
            defer { free(resolved) }
            roots.append(Self.normalised(folder))
            roots.append(String(cString: resolved))
        }
        self.roots = roots
        self.maximumBytes = maximumBytes
    }

    /// Opens the file that a `file:` URI names. Blocking; any thread.
    package func open(_ uri: String) throws(ImagingError) -> OpenedInput {
        guard let path = try? FileURI.path(of: uri) else { throw .badURI }
        return try open(path: path)
    }

    /// Opens the file at an absolute path. Blocking; any thread.
    package func open(path: String) throws(ImagingError) -> OpenedInput {
        let wanted = Self.normalised(path)
        guard contains(wanted) else { throw .outsideRoots }
        let handle = Glibc.open(wanted, vigil_open_as_handle | O_CLOEXEC)
        guard handle >= 0 else { throw Self.failure(errno) }
        defer { close(handle) }
        let link = "/proc/self/fd/\(handle)"
        guard let reached = Self.target(of: link) else { throw .inputFailed(errno: errno) }
        guard contains(reached) else { throw .outsideRoots }
        var status = stat()
        guard fstat(handle, &status) == 0 else { throw .inputFailed(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
        let size = UInt64(clamping: status.st_size)
        guard size > 0 else { throw .empty }
        guard size <= maximumBytes else { throw .tooLarge }
        // The very file that was looked at, whatever its path leads to by now.
        let opened = Glibc.open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard opened >= 0 else { throw Self.failure(errno) }
        return OpenedInput(descriptor: opened, size: size)
    }

    /// Opens any regular file, for commands whose user named it; not for events.
    package static func openTrusted(
        path: String, maximumBytes: UInt64
    ) throws(ImagingError) -> OpenedInput {
        let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard opened >= 0 else { throw failure(errno) }
        var status = stat()
        let known = fstat(opened, &status) == 0
        let size = UInt64(clamping: status.st_size)
        let problem: ImagingError? =
            if !known || status.st_mode & S_IFMT != S_IFREG {
                .notARegularFile
            } else if size == 0 {
                .empty
            } else if size > maximumBytes {
                .tooLarge
            } else {
                nil
            }
        if let problem {
            close(opened)
            throw problem
        }
        return OpenedInput(descriptor: opened, size: size)
    }

    private func contains(_ path: String) -> Bool {
        roots.contains { root in
            let below = path.utf8.dropFirst(root.utf8.count).first == UInt8(ascii: "/")
            return root == "/" || (path.utf8.starts(with: root.utf8) && below)
        }
    }

    /// Removes empty, `.` and `..` components as text.
    private static func normalised(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func failure(_ number: Int32) -> ImagingError {
        switch number {
        case ENOENT, ENOTDIR: .fileMissing
        case EACCES, EPERM: .permissionDenied
        case ELOOP: .outsideRoots
        case ENAMETOOLONG: .badURI
        case ENXIO: .notARegularFile
        default: .inputFailed(errno: number)
        }
    }
}

internal import CLinux
internal import Glibc
internal import VigilCore

/// The folders that events may name files in. A file is opened as a mere handle, and what was
/// reached after every link must lie below where a folder leads, before any byte is read.
struct AllowedRoots: Sendable {
    /// An open file; its path leads to it, whatever becomes of its name.
    struct OpenedFile: ~Copyable {
        private let handle: Int32
        var path: String { "/proc/self/fd/\(handle)" }

        fileprivate init(_ handle: Int32) {
            self.handle = handle
        }

        deinit { close(handle) }
    }

    private let folders: [String]

    init(_ folders: [String]) {
        self.folders = folders
    }

    /// Opens what a `file:` URI names; nil when it names none, or none that is a plain file below a
    /// folder.
    func open(_ uri: String) -> OpenedFile? {
        guard let path = try? FileURI.path(of: uri) else { return nil }
        let name = path.map { CChar(bitPattern: $0) } + [0]
        let handle = Glibc.open(name, vigil_open_as_handle | O_CLOEXEC)
        guard handle >= 0 else { return nil }
        let opened = OpenedFile(handle)
        var status = stat()
        guard fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let reached = Self.target(of: opened.path)
        else { return nil }
        let isBelow = folders.contains { folder in
            guard let base = realpath(folder, nil) else { return false }
            defer { free(base) }
            let length = strlen(base)
            let root = UnsafeRawBufferPointer(start: base, count: length)
            return reached.starts(with: root)
                && (reached.count > length && reached[length] == UInt8(ascii: "/") || length == 1)
        }
        guard isBelow else { return nil }
        return opened
    }

    private static func target(of link: String) -> [UInt8]? {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(link, &text, text.count)
        guard count > 0, count < text.count else { return nil }
        return text.prefix(count).map { UInt8(bitPattern: $0) }
    }
}

internal import Glibc
internal import VigilCore

/// What the system says of the files of a model's folder, or of one file, without reading them. Two
/// that are equal are of files that nobody has touched in between.
///
/// Who writes to a file, cuts it, renames another one into its place or sets its times back moves
/// `ctime`, which nobody can set (inode(7)).
package struct PlaceMarks: Sendable, Hashable {
    /// What is known of one file.
    package struct Mark: Sendable, Hashable {
        let device: UInt
        let inode: UInt
        let size: Int
        /// Of the content and of the inode, in nanoseconds since 1970.
        let modified: Int
        let changed: Int

        /// - Returns: nil for what is no regular file or is not there. Links are followed.
        init?(of path: String) {
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
            size = status.st_size
            modified = Self.nanoseconds(status.st_mtim)
            changed = Self.nanoseconds(status.st_ctim)
        }

        /// Whether a later write would show: the file system's clock, which ticks but some hundred
        /// times a second, may stand still between two.
        func isSettled(at now: Timestamp) -> Bool {
            abs(now.microseconds &- Int64(changed / 1_000)) > 2_000_000
        }

        private static func nanoseconds(_ time: timespec) -> Int {
            time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
        }
    }

    /// By the name within the place; `.` for a place that is a file itself.
    package let files: [String: Mark]

    /// Looks at a file, or at a folder and the folders right within it: adapters and `1_Pooling`
    /// stand there. What cannot be read is not there. May block as the file system does.
    package init(of place: String) {
        if let mark = Mark(of: place) {
            files = [".": mark]
            return
        }
        var files: [String: Mark] = [:]
        for name in Self.names(in: place) {
            if let mark = Mark(of: "\(place)/\(name)") {
                files[name] = mark
            } else {
                for inner in Self.names(in: "\(place)/\(name)") {
                    files["\(name)/\(inner)"] = Mark(of: "\(place)/\(name)/\(inner)")
                }
            }
        }
        self.files = files
    }

    private static func names(in folder: String) -> [String] {
        (try? ModelDirectory.names(in: folder)) ?? []
    }

    /// The names whose marks are not those of another look, in order.
    package func differing(from other: PlaceMarks) -> [String] {
        Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
    }
}

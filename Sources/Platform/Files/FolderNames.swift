#if canImport(Glibc)
    internal import Glibc
#endif

/// The names in a folder.
package enum FolderNames {
    /// Reads them, at most so many, in no order; `.` and `..` are among them.
    package static func read(_ path: String, countMax: Int) throws(FileFailure) -> [String] {
        guard let stream = opendir(path) else { throw FileFailure(errno: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < countMax, let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}

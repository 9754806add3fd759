import Glibc
import Imaging

/// Files that a person names, one by one or by the folder.
enum InputFiles {
    /// The most files of a folder.
    static let folderMax = 100_000

    /// The paths, and in a folder's place its files in the order of their names; not of folders
    /// within, and none whose name begins with a dot.
    static func expanded(_ paths: [String]) throws(ImagingError) -> [String] {
        var files: [String] = []
        for path in paths {
            if let names = try names(in: path) {
                files += names.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
            } else {
                files.append(path)
            }
        }
        return files
    }

    /// The sorted names of a folder's files; nil when it is no folder.
    private static func names(in path: String) throws(ImagingError) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard !name.hasPrefix("."), stat("\(path)/\(name)", &status) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { continue }
            guard names.count < folderMax else { throw .tooLarge }
            names.append(name)
        }
        return names.sorted()
    }
}

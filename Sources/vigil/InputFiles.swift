import Glibc
import Imaging

/// Files that a person names, one by one or by the folder.
enum InputFiles {
    /// The most files of a folder.
    static let folderMax = 100_000

    /// The paths, and in a folder's place its files in the order of their names; not of folders
    /// within, and none whose name begins with a dot. In parts: each folder is one, and files that
    /// are named one after another are one.
    static func parts(_ paths: [String]) throws(ImagingError) -> [[String]] {
        var parts: [[String]] = []
        var isFolder = true
        for path in paths {
            if let names = try names(in: path) {
                parts.append(names.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" })
                isFolder = true
            } else if isFolder {
                parts.append([path])
                isFolder = false
            } else {
                parts[parts.count - 1].append(path)
            }
        }
        return parts
    }

    /// The paths, and in a folder's place all files in it and below it.
    static func tree(_ paths: [String]) throws(ImagingError) -> [String] {
        var files: [String] = []
        for path in paths {
            guard let folder = try entries(in: path) else {
                files.append(path)
                continue
            }
            let prefix = path.hasSuffix("/") ? path : "\(path)/"
            files += folder.files.map { prefix + $0 }
            files += try tree(folder.folders.map { prefix + $0 })
            guard files.count <= folderMax else { throw .tooLarge }
        }
        return files
    }

    /// The sorted names of a folder's files; nil when it is no folder.
    private static func names(in path: String) throws(ImagingError) -> [String]? {
        try entries(in: path)?.files
    }

    /// The sorted names of a folder's files and folders, but for those that begin with a dot; nil
    /// when it is no folder. A link to a folder is neither.
    private static func entries(
        in path: String
    ) throws(ImagingError) -> (files: [String], folders: [String])? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var (files, folders): ([String], [String]) = ([], [])
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard !name.hasPrefix("."), stat("\(path)/\(name)", &status) == 0 else { continue }
            let kind = status.st_mode & S_IFMT
            if kind == S_IFREG { files.append(name) }
            if kind == S_IFDIR, lstat("\(path)/\(name)", &status) == 0,
                status.st_mode & S_IFMT == S_IFDIR
            {
                folders.append(name)
            }
            guard files.count + folders.count <= folderMax else { throw .tooLarge }
        }
        return (files.sorted(), folders.sorted())
    }
}

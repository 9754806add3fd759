internal import Glibc
package import Imaging

/// Files that a person names, one by one or by the folder.
package enum InputFiles {
    /// The most bytes of one file.
    package static let bytesMax: UInt64 = 256 << 20
    /// The most files of a folder.
    static let folderMax = 100_000

    /// The paths, and in a folder's place all files in it and below it, in the order of their
    /// names, but none whose name begins with a dot. In parts: the files of each folder are one,
    /// and files that are named one after another are one.
    package static func parts(_ paths: [String]) throws(ImagingError) -> [[String]] {
        var parts: [[String]] = []
        var isFolder = true
        for path in paths {
            if let below = try folders(below: path) {
                parts += below
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

    /// The files of a folder and of each one below it; nil when it is no folder.
    private static func folders(below path: String) throws(ImagingError) -> [[String]]? {
        guard let folder = try entries(in: path) else { return nil }
        let prefix = path.hasSuffix("/") ? path : "\(path)/"
        var parts = folder.files.isEmpty ? [] : [folder.files.map { prefix + $0 }]
        for name in folder.folders {
            parts += try folders(below: prefix + name) ?? []
            guard parts.reduce(0, { $0 + $1.count }) <= folderMax else { throw .tooLarge }
        }
        return parts
    }

    /// The paths, and in a folder's place all files in it and below it.
    package static func tree(_ paths: [String]) throws(ImagingError) -> [String] {
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

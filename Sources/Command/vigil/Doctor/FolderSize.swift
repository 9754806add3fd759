import Files
import Glibc

/// How much room files take.
enum FolderSize {
    /// No model has so many files.
    private static let namesMax = 10_000

    /// The bytes of all files that lie in these folders, not in folders of theirs; what cannot be
    /// looked at counts nothing.
    static func bytes(of folders: [String]) -> Int {
        folders.reduce(0) { sum, folder in
            let names = (try? FolderNames.read(folder, countMax: namesMax)) ?? []
            return sum
                + names.reduce(0) { sum, name in
                    var status = stat()
                    guard stat("\(folder)/\(name)", &status) == 0,
                        status.st_mode & S_IFMT == S_IFREG
                    else { return sum }
                    return sum + Int(status.st_size)
                }
        }
    }

    /// The folder itself, or the nearest above it that is there.
    static func nearest(_ folder: String) -> String {
        var path = Substring(folder)
        while !path.isEmpty, access(String(path), F_OK) != 0 {
            path = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
        }
        return path.isEmpty ? (folder.hasPrefix("/") ? "/" : ".") : String(path)
    }
}

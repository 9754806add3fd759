import Files
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// A folder of a command's own below `/tmp`, removed with all it holds when it is let go.
final class ScratchFolder {
    let path: String

    init() throws(LabError) {
        path = "/tmp/vigil-bench-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        guard mkdir(path, 0o700) == 0 else {
            throw .cannotWrite(path: SafeText(operatorProvided: path))
        }
    }

    deinit { Self.remove(path, depth: 8) }

    private static func remove(_ path: String, depth: Int) {
        guard unlink(path) != 0, depth > 0 else { return }
        let names = (try? FolderNames.read(path, countMax: 10_000)) ?? []
        for name in names where name != "." && name != ".." {
            remove("\(path)/\(name)", depth: depth - 1)
        }
        rmdir(path)
    }
}

internal import DicomNetwork
internal import Files
internal import Glibc
internal import VigilCore

/// Objects on disk: `STUDY/DIGEST.dcm`, where STUDY is made of the study's UID and DIGEST of the
/// file's bytes. The folder itself is the index, so that whatever was answered with success is
/// found again after a crash, and the same object twice is one file. Any thread; blocks as long as
/// the disk does.
struct ObjectFolder: Sendable {
    private static let incoming = "incoming"
    private static let announced = "announced"
    private static let ending = ".dcm"
    /// Studies and objects that are looked at; nothing of a site has more.
    private static let namesMax = 10_000_000

    /// Absolute, without a slash at its end.
    let path: String

    /// Makes the folders where they are not there, and removes what was never whole.
    init(_ path: String) throws(FileFailure) {
        self.path = path
        try FileReplacement.makeFolders(above: "\(path)/\(Self.incoming)/x")
        for name in try FolderNames.read("\(path)/\(Self.incoming)", countMax: Self.namesMax) {
            unlink("\(path)/\(Self.incoming)/\(name)")
        }
    }

    /// The name of a study's folder. It names nobody to whom the UID is not known.
    static func name(of study: DicomUID) -> String {
        String(Digest(of: Array(study.sensitiveValue.utf8)).hex.prefix(32))
    }

    /// A file for an object that is about to come, open for writing, and its path.
    func draft() throws(FileFailure) -> (file: Int32, path: String) {
        let name = "\(path)/\(Self.incoming)/\(UInt64.random(in: 0 ... .max))"
        // The workers, which are of the group, read it.
        let file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw FileFailure(errno: errno) }
        return (file, name)
    }

    /// Gives a draft whose bytes are on disk its place. When this returns, it is there for good.
    func keep(draft: String, digest: Digest, study: String) throws(FileFailure) {
        let folder = "\(path)/\(study)"
        if mkdir(folder, 0o750) == 0 {
            try Self.sync(path)
        } else if errno != EEXIST {
            throw FileFailure(errno: errno)
        }
        guard rename(draft, "\(folder)/\(digest.hex)\(Self.ending)") == 0 else {
            throw FileFailure(errno: errno)
        }
        try Self.sync(folder)
    }

    /// The names of all studies' folders.
    func studies() throws(FileFailure) -> [String] {
        try FolderNames.read(path, countMax: Self.namesMax).filter {
            $0.utf8.count == 32 && Hex.isLowerCase($0)
        }
    }

    /// The digests of a study's objects, in their order.
    func objects(of study: String) throws(FileFailure) -> [Digest] {
        try FolderNames.read("\(path)/\(study)", countMax: Self.namesMax).filter {
            $0.hasSuffix(Self.ending)
        }.compactMap { Digest(text: String($0.dropLast(Self.ending.count))) }
            .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// Where an object is.
    func path(of object: Digest, in study: String) -> String {
        "\(path)/\(study)/\(object.hex)\(Self.ending)"
    }

    /// When an object came last; of equals the newest is meant.
    func age(of object: Digest, in study: String) -> Int64 {
        var status = stat()
        guard stat(path(of: object, in: study), &status) == 0 else { return 0 }
        return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }

    /// The set of objects that was told of last; nil: none.
    func announced(of study: String) -> UUIDv5? {
        let bytes = try? FileHead.read("\(path)/\(study)/\(Self.announced)", bytesMax: 64)
        return bytes.flatMap { UUIDv5(text: String(decoding: $0, as: UTF8.self)) }
    }

    /// Notes which set was told of.
    func mark(_ set: UUIDv5, announcedOf study: String) throws(FileFailure) {
        try FileReplacement.write(
            Array(set.description.utf8), to: "\(path)/\(study)/\(Self.announced)")
    }

    private static func sync(_ folder: String) throws(FileFailure) {
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw FileFailure(errno: errno) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw FileFailure(errno: errno) }
    }
}

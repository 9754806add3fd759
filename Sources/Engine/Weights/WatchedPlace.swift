internal import Files
internal import Glibc
package import VigilCore

/// A model's folder, or the file of an adapter, held against what it was when it was loaded.
///
/// Nothing that is in memory hangs on it: weights are copied or packed while ``FrozenFile`` holds
/// back who would change them. It tells that a restart would load something else.
package struct WatchedPlace {
    /// What a look found that the one before did not.
    package enum Change: Sendable, Equatable {
        /// Files differ in their bytes from those that were loaded, are gone or were added: the
        /// first of them by name, and how many.
        case changed(file: String, count: Int)
        /// All are as they were loaded.
        case restored
    }

    /// The folder or file, as it was given.
    package let path: String
    /// As they were before the model was loaded.
    private let before: PlaceMarks
    /// As the last look found them; those that were written to just then are left out, so that the
    /// next look reads them again.
    private var seen: [String: PlaceMarks.Mark] = [:]
    /// Digests of what was loaded; nil until the first look.
    private var loaded: [String: Digest]?
    /// Digests as the last look found them.
    private var found: [String: Digest] = [:]
    private var isChanged = false

    /// Takes the marks of the files. To be made before they are loaded.
    package init(path: String) {
        self.path = path
        before = PlaceMarks(of: path)
    }

    /// Looks at the marks of all files, and reads those whose marks are new; the first time, all.
    /// Blocks as the file system does.
    ///
    /// - Parameter now: the time of day, by the file system's clock.
    /// - Returns: nil where all is as it was at the look before.
    package mutating func look(at now: Timestamp) -> Change? {
        let marks = PlaceMarks(of: path)
        guard loaded != nil || before == marks else {
            // Somebody changed them while they were loaded: what was loaded cannot be read again.
            return tell(before.differing(from: marks))
        }
        readNew(marks)
        seen = marks.files.filter { $0.value.isSettled(at: now) }
        guard let loaded else {
            // Else the next look tells of it.
            if PlaceMarks(of: path) == before { self.loaded = found } else { seen = [:] }
            return nil
        }
        return tell(
            Set(loaded.keys).union(found.keys).filter { loaded[$0] != found[$0] }.sorted())
    }

    /// Digests anew what was touched, and forgets what is gone.
    private mutating func readNew(_ marks: PlaceMarks) {
        found = found.filter { marks.files[$0.key] != nil }
        for (name, mark) in marks.files where seen[name] != mark {
            found[name] = Self.digest(of: name == "." ? path : "\(path)/\(name)")
        }
    }

    private mutating func tell(_ differing: [String]) -> Change? {
        defer { isChanged = !differing.isEmpty }
        guard let first = differing.first else { return isChanged ? .restored : nil }
        return isChanged ? nil : .changed(file: first, count: differing.count)
    }

    /// Of a file's bytes, read and not mapped: nobody is held back, and what is cut meanwhile only
    /// ends sooner. Nil for what cannot be read.
    private static func digest(of path: String) -> Digest? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var hasher = DigestHasher()
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { chunk.deallocate() }
        while let count = try? WholeTransfer.read(into: chunk, from: file) {
            hasher.update(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
            if count < chunk.count { return hasher.finish() }
        }
        return nil
    }
}

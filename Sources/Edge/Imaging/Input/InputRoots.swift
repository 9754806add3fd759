package import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// The folders that events may name files in. Reads a file only when it truly lies in one of them.
///
/// A path is first compared as bytes, so that nothing outside is even looked at; the file is then
/// opened without rights (`O_PATH`), and what was really reached, after every link, is compared
/// again with where the folders lead at that moment. Its bytes are read into memory: whatever its
/// storage does, it does to a thread of this root (``RootLane``) and to no decoder.
package struct InputRoots: Sendable {
    /// A folder cannot be used as a root.
    package struct BadRoot: Error {
        /// As given.
        package let folder: String
        /// Why.
        package let reason: ImagingError
    }

    /// For so long it is believed where a root leads, when a path names that place.
    private static let lookMax = Duration.milliseconds(200)

    private let lanes: [RootLane]
    private let maximumBytes: UInt64

    /// Looks at the folders. One whose storage hangs or is away is taken all the same: the others
    /// are not to wait for it.
    ///
    /// - Parameters:
    ///   - folders: Absolute paths of the operator's.
    ///   - maximumBytes: Larger files are refused without reading.
    ///   - patience: how long a folder's storage may take.
    ///   - onChange: told when a folder's trouble begins, changes and ends; on any thread.
    package init(
        folders: [String], maximumBytes: UInt64, patience: RootPatience = RootPatience(),
        calls: any FileCalls = SystemFileCalls(),
        onChange: @escaping @Sendable (SafeText, RootTrouble?) -> Void = { _, _ in }
    ) throws(BadRoot) {
        var lanes: [RootLane] = []
        for folder in folders {
            guard let root = InputPath(Array(folder.utf8)) else {
                throw BadRoot(folder: folder, reason: .badURI)
            }
            let name = SafeText(operatorProvided: folder)
            let lane = RootLane(root: root, name: name, patience: patience, calls: calls) {
                onChange(name, $0)
            }
            do throws(ImagingError) { try lane.look() } catch {
                if let reason = Self.mistake(error) {
                    throw BadRoot(folder: folder, reason: reason)
                }
            }
            lanes.append(lane)
        }
        self.lanes = lanes
        self.maximumBytes = maximumBytes
    }

    /// Reads the file that a `file:` URI names. Blocks within the patience; any thread.
    package func open(_ uri: String) throws(ImagingError) -> OpenedInput {
        guard let path = try? FileURI.path(of: uri) else { throw .badURI }
        return try open(path: path)
    }

    /// Reads the file at an absolute path. Blocks within the patience; any thread.
    package func open(path: [UInt8]) throws(ImagingError) -> OpenedInput {
        guard let wanted = InputPath(path) else { throw .outsideRoots }
        do throws(ImagingError) {
            return try read(wanted, leadingTo: lanes.map { _ in nil })
        } catch {
            guard error == .outsideRoots else { throw error }
            // By the name of a place that a root leads to, or by a link into another root.
            return try read(wanted, leadingTo: look())
        }
    }

    /// The roots in trouble, as the operator named them.
    package var troubles: [(root: SafeText, trouble: RootTrouble)] {
        lanes.compactMap { lane in lane.trouble.map { (lane.name, $0) } }
    }

    private func read(
        _ wanted: InputPath, leadingTo bases: [InputPath?]
    ) throws(ImagingError) -> OpenedInput {
        let names = lanes.map { Optional($0.root) }
        guard let (index, rest) = Self.longest(names, wanted) ?? Self.longest(bases, wanted) else {
            throw .outsideRoots
        }
        // Where the root itself leads is looked at anew.
        let others = bases.indices.compactMap { $0 == index ? nil : bases[$0] }
        return try lanes[index].read(rest, others: others, maximumBytes: maximumBytes)
    }

    /// Of folders that lie in each other, the one that a path is in, and its path from there.
    private static func longest(
        _ folders: [InputPath?], _ path: InputPath
    ) -> (index: Int, rest: [UInt8])? {
        folders.enumerated().compactMap { index, folder in
            folder.flatMap { path.part(below: $0) }.map { (index, $0) }
        }.min { $0.1.count < $1.1.count }
    }

    /// Where the roots lead that can say so, as of a moment ago.
    private func look() -> [InputPath?] {
        for lane in lanes { try? lane.look(notWithin: Self.lookMax) }
        return lanes.map(\.base)
    }

    /// What an operator has to mend, other than a storage that is away for a while; nil for that.
    private static func mistake(_ error: ImagingError) -> ImagingError? {
        guard case .inputRootUnusable(let number) = error else { return nil }
        let mistakes = [ENOENT, ENOTDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG]
        return mistakes.contains(number) ? ImagingError(opening: number) : nil
    }

    /// Opens any regular file, for commands whose user named it; not for events.
    package static func openTrusted(
        path: String, maximumBytes: UInt64
    ) throws(ImagingError) -> OpenedInput {
        let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard opened >= 0 else { throw ImagingError(opening: errno) }
        var status = stat()
        let known = fstat(opened, &status) == 0
        let size = UInt64(clamping: status.st_size)
        let problem: ImagingError? =
            if !known || status.st_mode & S_IFMT != S_IFREG {
                .notARegularFile
            } else if size == 0 {
                .empty
            } else if size > maximumBytes {
                .tooLarge
            } else {
                nil
            }
        if let problem {
            close(opened)
            throw problem
        }
        return OpenedInput(descriptor: opened, size: size)
    }
}

internal import Files
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// One file below an input root, from its name to its bytes in memory. Every call of it may hang,
/// so it runs where that does no harm.
struct RootReading: Sendable {
    /// The root as the operator named it.
    let root: InputPath
    /// The file's path from there.
    let rest: [UInt8]
    /// Where the other roots lead, as last known: a link may lead into one of them.
    let others: [InputPath]
    let maximumBytes: UInt64
    let calls: any FileCalls

    /// A file's bytes in memory.
    struct Result: Sendable {
        /// Of the memory; who has it closes it.
        let descriptor: Int32
        let size: UInt64
        /// How long before the reading its content was last changed, by the two clocks.
        let age: Duration
        /// Where the root leads now.
        let base: InputPath
    }

    private static let pieceBytes = 1 << 20

    /// - Parameter step: called after each call of the system; its error ends the reading.
    func run(
        step: () throws(ImagingError) -> Void
    ) throws(ImagingError) -> Result {
        let (top, base) = try Self.open(root, calls)
        defer { close(top) }
        try step()
        let handle = try Self.opened { () throws(FileFailure) in
            try calls.open(rest, below: top, as: .handle)
        }
        defer { close(handle) }
        try step()
        let path = try Self.asked { () throws(FileFailure) in try calls.path(of: handle) }
        guard let reached = InputPath(path),
            ([base] + others).contains(where: { reached.part(below: $0) != nil })
        else { throw .outsideRoots }
        let file = try content(of: handle, step)
        return Result(
            descriptor: file.memory, size: file.size, age: Self.age(of: file.modified), base: base)
    }

    /// Opens a root, and says where it leads now.
    ///
    /// - Throws: `inputRootUnusable` when the storage is away, or the setting wrong.
    static func open(
        _ root: InputPath, _ calls: any FileCalls
    ) throws(ImagingError) -> (handle: Int32, leadsTo: InputPath) {
        do throws(FileFailure) {
            let handle = try calls.open(root.bytes, below: nil, as: .folder)
            do throws(FileFailure) {
                // A storage that was taken away while it was open has its own top for a name, and
                // all paths would seem to be below that.
                guard let base = InputPath(try calls.path(of: handle)), !base.isTop || root.isTop
                else { throw FileFailure(errno: ESTALE) }
                return (handle, base)
            } catch {
                close(handle)
                throw error
            }
        } catch {
            throw .inputRootUnusable(errno: error.errno)
        }
    }

    /// Reads the very file that was looked at, whatever its path leads to by now.
    private func content(
        of handle: Int32, _ step: () throws(ImagingError) -> Void
    ) throws(ImagingError) -> (memory: Int32, size: UInt64, modified: Int64) {
        let facts = try Self.asked { () throws(FileFailure) in try calls.facts(of: handle) }
        try step()
        guard facts.isRegular else { throw .notARegularFile }
        guard facts.size > 0 else { throw .empty }
        guard facts.size <= maximumBytes else { throw .tooLarge }
        let link = Array("/proc/self/fd/\(handle)".utf8)
        let file = try Self.opened { () throws(FileFailure) in
            try calls.open(link, below: nil, as: .content)
        }
        defer { close(file) }
        try step()
        let memory = try MemoryFile()
        do throws(ImagingError) {
            try copy(file, size: facts.size, into: memory, step)
            let after = try Self.asked { () throws(FileFailure) in try calls.facts(of: file) }
            // What was written meanwhile may be torn.
            guard after == facts else { throw ImagingError.fileChanging }
        } catch {
            memory.discard()
            throw error
        }
        return (memory.take(), facts.size, facts.modified)
    }

    private func copy(
        _ file: Int32, size: UInt64, into memory: MemoryFile,
        _ step: () throws(ImagingError) -> Void
    ) throws(ImagingError) {
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(Self.pieceBytes, Int(clamping: size)), alignment: 64)
        defer { piece.deallocate() }
        var done: UInt64 = 0
        while done < size {
            let wanted = Int(clamping: min(UInt64(piece.count), size - done))
            let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted])
            let offset = done
            let count = try Self.asked { () throws(FileFailure) in
                try calls.read(file, at: offset, into: part)
            }
            guard count > 0 else { throw .fileChanging }
            try memory.append(UnsafeRawBufferPointer(rebasing: part[..<count]))
            done += UInt64(count)
            try step()
        }
    }

    /// Zero for a time to come: the storage's clock may go before this machine's.
    private static func age(of modified: Int64) -> Duration {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let (past, isFar) = (Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec))
            .subtractingReportingOverflow(modified)
        return isFar ? .zero : .nanoseconds(max(0, past))
    }

    private static func asked<Value>(
        _ call: () throws(FileFailure) -> Value
    ) throws(ImagingError) -> Value {
        do throws(FileFailure) { return try call() } catch {
            throw .inputFailed(errno: error.errno)
        }
    }

    private static func opened(
        _ call: () throws(FileFailure) -> Int32
    ) throws(ImagingError) -> Int32 {
        do throws(FileFailure) { return try call() } catch {
            throw ImagingError(opening: error.errno)
        }
    }
}

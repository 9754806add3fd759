import Glibc
import Synchronization

/// Kills the process that it is told of whenever one of some files is opened: a study that ends
/// every worker that reads it, by a signal from outside as the kernel's own for want of memory.
final class FileAssassin: Sendable {
    private let watch: Int32
    private let opened = Mutex(0)

    /// - Parameter files: each to be there.
    init(_ files: [String]) throws {
        watch = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard watch >= 0 else { throw ChildProcess.Failure(description: "no inotify") }
        for file in files {
            guard inotify_add_watch(watch, file, UInt32(IN_OPEN)) >= 0 else {
                throw ChildProcess.Failure(description: "\(file) cannot be watched")
            }
        }
    }

    deinit { close(watch) }

    /// How often it killed.
    var kills: Int { opened.withLock { $0 } }

    /// Forgets what was opened so far, by processes that have ended.
    func forget() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while read(watch, &bytes, bytes.count) > 0 {}
    }

    /// Waits for an open of a file, and kills; false when there was none within the time.
    func strike(_ process: pid_t, within milliseconds: Int32) -> Bool {
        var wanted = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, milliseconds) == 1 else { return false }
        kill(process, SIGKILL)
        opened.withLock { $0 += 1 }
        return true
    }
}

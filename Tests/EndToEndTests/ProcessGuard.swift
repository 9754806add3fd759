import Foundation
import Synchronization

/// Ends what the tests started when the tests themselves end in any way: a shell reads process
/// numbers from a pipe, and kills those that are left when the pipe closes.
final class ProcessGuard: Sendable {
    /// The one guard of this process.
    static let shared = ProcessGuard()

    private let pipe: Mutex<FileHandle?>

    private static let script = """
        left=
        while read change number; do
            case $change in
                +) left="$left $number" ;;
                -)
                    kept=
                    for other in $left; do
                        [ "$other" = "$number" ] || kept="$kept $other"
                    done
                    left=$kept ;;
            esac
        done
        [ -z "$left" ] || kill -KILL $left
        """

    private init() {
        let pipe = Pipe()
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", Self.script]
        shell.standardInput = pipe
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try? shell.run()
        self.pipe = Mutex(shell.isRunning ? pipe.fileHandleForWriting : nil)
    }

    /// Watches a process that has just started.
    func add(_ process: pid_t) { tell("+ \(process)\n") }

    /// Lets go of a process that has ended.
    func remove(_ process: pid_t) { tell("- \(process)\n") }

    private func tell(_ line: String) {
        pipe.withLock { try? $0?.write(contentsOf: Data(line.utf8)) }
    }
}

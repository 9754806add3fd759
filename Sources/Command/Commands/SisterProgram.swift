import Files
import Processes
import Settings
import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Another program of Vigil, which is built and installed into the same folder as this one.
package struct SisterProgram: Sendable {
    /// `vigil`: the worker and what operates it.
    package static let vigil = SisterProgram(name: "vigil")
    /// `vigil-lab`: what is tried, learned and measured apart from the worker.
    package static let laboratory = SisterProgram(name: "vigil-lab")

    private let name: String

    /// More than the help of any command.
    private static let helpBytesMax = 1 << 20

    /// Its path, without links.
    ///
    /// - Throws: ``CommandError/programMissing(_:folder:)`` when it may not be run or is not there.
    package func path() throws(CommandError) -> String {
        guard let running = realpath("/proc/self/exe", nil) else {
            throw .programMissing(shown, folder: "/proc")
        }
        defer { free(running) }
        let folder = String(cString: running).split(separator: "/").dropLast()
            .map { "/" + $0 }.joined()
        guard access("\(folder)/\(name)", X_OK) == 0 else {
            throw .programMissing(shown, folder: SafeText(operatorProvided: folder))
        }
        return "\(folder)/\(name)"
    }

    /// Lets it take this process over with the arguments that this one was given, byte for byte:
    /// its exit code, its signals and its standard streams are those that the caller sees.
    func takeOver() throws(CommandError) {
        let path = try path()
        execv(path, CommandLine.unsafeArgv)
        throw .programNotStarted(shown, errno: errno)
    }

    /// What it prints about one of its commands.
    func help(of command: DelegatedCommand) throws(CommandError) -> String {
        let path = try path()
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .programNotStarted(shown, errno: errno) }
        defer { close(ends[0]) }
        var spawn = ProcessSpawn(
            [path] + command.name.split(separator: " ").map(String.init) + ["--help"])
        spawn.output = .descriptor(ends[1])
        let process: Int32
        do throws(ProcessSpawn.Failure) {
            process = try spawn.start()
        } catch {
            close(ends[1])
            throw .programNotStarted(shown, errno: error.errno)
        }
        close(ends[1])
        let bytes = (try? FileHead.read(from: ends[0], bytesMax: Self.helpBytesMax)) ?? []
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0, let text = String(validating: bytes, as: UTF8.self) else {
            throw .programWithoutHelp(shown, command: SafeText(operatorProvided: command.name))
        }
        return text
    }

    private var shown: SafeText { SafeText(operatorProvided: name) }
}

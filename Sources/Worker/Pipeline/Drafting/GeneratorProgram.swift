internal import Files
internal import Glibc
internal import Processes
package import Reporting
package import Settings
package import VigilCore

/// A site's own generator of reports: a program that is started by ``hostName``, which takes its
/// rights away first.
package struct GeneratorProgram: Sendable {
    /// The program beside this one that starts it.
    private static let hostName = "vigil-generator-host"
    /// The longest file of a program, in bytes.
    private static let bytesMax = 1 << 30

    /// SHA-256 of its file.
    package let digest: Digest
    private let path: String
    private let host: String
    private let memory: Int
    private let user: UInt32

    /// - Parameters:
    ///   - memory: bytes of address space that it may have.
    ///   - user: whom it becomes where this process is root.
    package init(_ path: String, memory: Int, user: UInt32) throws(ReportError) {
        func unusable(_ reason: SafeText) -> ReportError {
            .generatorUnusable(file: SafeText(operatorProvided: path), reason: reason)
        }
        func reason(_ code: Int32) -> SafeText {
            SafeText(fixedMessage: String(cString: strerror(code)))
        }
        guard access(path, X_OK) == 0 else { throw unusable(reason(errno)) }
        guard let host = ProcessIdentity.sister(Self.hostName) else {
            throw unusable("vigil-generator-host is not beside this program")
        }
        do throws(FileFailure) {
            digest = Digest(of: try FileHead.read(path, bytesMax: Self.bytesMax))
        } catch {
            throw unusable(reason(error.errno))
        }
        self.path = path
        self.host = host
        self.memory = memory
        self.user = user
    }

    /// Starts it on one end of a socket.
    ///
    /// - Returns: the process, which the caller has to wait for; nil: it cannot be started now.
    func start(on socket: Int32) -> Int32? {
        var spawn = ProcessSpawn([host, "\(memory)", "\(user)", path])
        spawn.input = .descriptor(socket)
        spawn.output = .descriptor(socket)
        // What it prints besides might tell of a study: it goes nowhere. Nor does it learn more of
        // this process than it needs.
        spawn.environment = ["PATH=/usr/bin:/bin", "LANG=C.UTF-8"]
        spawn.isApart = true
        return try? spawn.start()
    }
}

extension GeneratorProgram {
    /// As set; nil: the templates write drafts.
    package init?(_ settings: Settings) throws(ReportError) {
        guard let path = settings.reportGenerator else { return nil }
        try self.init(
            path, memory: settings.reportGeneratorMemoryBytes, user: settings.decodeUID)
    }
}

package import Files
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Files that a command line names, with errors that name them.
package enum NamedFile {
    /// The bytes of a file, at most so many.
    ///
    /// - Throws: ``CommandError/fileNotRead(path:)``.
    package static func contents(_ path: String, bytesMax: Int) throws(CommandError) -> [UInt8] {
        do throws(FileFailure) {
            return try FileHead.read(path, bytesMax: bytesMax)
        } catch {
            throw .fileNotRead(path: SafeText(operatorProvided: path))
        }
    }
}

extension CommandError {
    /// A path that could not be written to, with what the system says of it.
    package init(notWritten path: String, _ failure: FileFailure) {
        self = .fileNotWritten(
            path: SafeText(operatorProvided: path),
            reason: SafeText(fixedMessage: String(cString: strerror(failure.errno))))
    }
}

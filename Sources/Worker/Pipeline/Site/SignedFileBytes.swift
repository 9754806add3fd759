internal import Files
internal import Glibc
internal import Signing
package import Triage
package import VigilCore

/// The bytes of a file that somebody signed.
package enum SignedFileBytes {
    /// Reads all of it, and a byte more than is taken: a longer file is refused and not cut.
    ///
    /// - Parameter unreadable: the error of a file that cannot be read, by its name and why.
    package static func read(
        _ path: String, unreadable: (SafeText, SafeText) -> TriageError
    ) throws(TriageError) -> [UInt8] {
        do throws(FileFailure) {
            return try FileHead.read(path, bytesMax: SignedEnvelope.bytesMax + 1)
        } catch {
            throw unreadable(
                SafeText(operatorProvided: path),
                SafeText(fixedMessage: String(cString: strerror(error.errno))))
        }
    }
}

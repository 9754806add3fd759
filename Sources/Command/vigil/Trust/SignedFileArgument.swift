import Commands
import Files
import Signing
import VigilCore

/// A signed file that a command line names.
enum SignedFileArgument {
    /// All of it, and a byte more than is taken, so that a longer file is refused and not cut.
    static func contents(_ path: String) throws(CommandError) -> [UInt8] {
        do throws(FileFailure) {
            return try FileHead.read(path, bytesMax: SignedEnvelope.bytesMax + 1)
        } catch {
            throw .fileNotRead(path: SafeText(operatorProvided: path))
        }
    }
}

import Commands
import Signing

/// A signed file that a command line names.
enum SignedFileArgument {
    /// All of it, and a byte more than is taken, so that a longer file is refused and not cut.
    static func contents(_ path: String) throws(CommandError) -> [UInt8] {
        try NamedFile.contents(path, bytesMax: SignedEnvelope.bytesMax + 1)
    }
}

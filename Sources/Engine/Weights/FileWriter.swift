internal import Files
internal import Glibc
internal import VigilCore

/// Writes a file that appears under its name only when it is complete: readers see the old file or
/// the new one, never a part.
package struct FileWriter: ~Copyable {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    /// Creates the file beside its final place, readable by its owner and group.
    package init(path: String) throws(WeightsError) {
        self.path = path
        temporaryPath = "\(path).\(getpid()).part"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Self.failed(path) }
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
            unlink(temporaryPath)
        }
    }

    /// Appends bytes.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(WeightsError) {
        do throws(FileFailure) {
            try WholeTransfer.write(bytes, to: descriptor)
        } catch {
            throw Self.failed(path, error.errno)
        }
    }

    /// Appends bytes.
    package mutating func write(_ bytes: [UInt8]) throws(WeightsError) {
        let result = bytes.withUnsafeBytes { (buffer) -> Result<Void, WeightsError> in
            do throws(WeightsError) { return .success(try write(buffer)) } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Gives the file its name.
    /// - Parameter isDurable: whether its bytes are brought to disk first, so that they outlast the
    ///   power; a file that can be made again, and says whether it is whole, does without.
    package consuming func finish(isDurable: Bool = true) throws(WeightsError) {
        guard !isDurable || fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
            throw Self.failed(path)
        }
        close(descriptor)
        descriptor = -1
    }

    /// Writes a whole small file.
    package static func write(_ text: String, to path: String) throws(WeightsError) {
        var writer = try FileWriter(path: path)
        try writer.write(Array(text.utf8))
        try writer.finish()
    }

    /// Makes a folder and those above it; one that is there already is fine.
    package static func makeDirectory(_ path: String) throws(WeightsError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        var current = path.hasPrefix("/") ? "" : "."
        for part in parts {
            current += "/\(part)"
            guard mkdir(current, 0o750) == 0 || errno == EEXIST else { throw failed(path) }
        }
    }

    private static func failed(_ path: String, _ errno: Int32 = Glibc.errno) -> WeightsError {
        .cannotWrite(
            path: SafeText(operatorProvided: path),
            reason: SafeText(fixedMessage: String(cString: strerror(errno))))
    }
}

internal import Files
package import FoundationModel
internal import Glibc
internal import VigilCore
internal import Weights

/// Hidden states of images on the disk, in a file without a name: it is gone with the process,
/// whatever ends it. The system keeps in memory what fits.
///
/// One thread at a time.
package final class HiddenStateFile {
    /// Floats of one image.
    package let floats: Int
    /// Images that are in it.
    package private(set) var count = 0
    private let descriptor: Int32
    private let directory: String

    /// - Parameter directory: a folder with room for floats * 4 bytes an image.
    /// - Throws: ``ModelError/weights(_:)`` when it cannot be written to.
    package init(directory: String, floats: Int) throws(ModelError) {
        self.floats = floats
        self.directory = directory
        var generator = SystemRandomNumberGenerator()
        let name = String(generator.next(), radix: 36)
        let path = "\(directory)/.vigil-hidden-\(getpid())-\(name)"
        // Read and written by its owner alone, since what is in it comes from patients' images.
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failed(directory) }
        unlink(path)
    }

    deinit { close(descriptor) }

    /// Adds the hidden states of images, [images, ``floats``].
    package func append(_ states: UnsafeBufferPointer<Float>) throws(ModelError) {
        var bytes = UnsafeRawBufferPointer(states)
        var offset = off_t(count * floats * 4)
        while let base = bytes.baseAddress, !bytes.isEmpty {
            let written = pwrite(descriptor, base, bytes.count, offset)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failed(directory) }
            offset += off_t(written)
            bytes = UnsafeRawBufferPointer(rebasing: bytes[written...])
        }
        count += states.count / max(floats, 1)
    }

    /// Reads the hidden state of an image, 0..<count.
    /// - Parameter out: [``floats``].
    package func read(_ image: Int, into out: UnsafeMutablePointer<Float>) throws(ModelError) {
        let buffer = UnsafeMutableRawBufferPointer(start: out, count: floats * 4)
        let read = try? WholeTransfer.read(into: buffer, from: descriptor, at: image * floats * 4)
        guard read == floats * 4 else { throw Self.failed(directory) }
    }

    private static func failed(_ directory: String) -> ModelError {
        .weights(
            .cannotWrite(
                path: SafeText(operatorProvided: directory),
                reason: SafeText(fixedMessage: String(cString: strerror(errno)))))
    }
}

internal import CLinux
internal import Files

#if canImport(Glibc)
    internal import Glibc
#endif

/// A file in the kernel's memory, being filled. It is closed by ``discard()``, or by whoever took
/// it.
struct MemoryFile {
    private let descriptor: Int32

    /// - Throws: `inputFailed` when the system gives none.
    init() throws(ImagingError) {
        descriptor = vigil_memory_file("vigil-input")
        guard descriptor >= 0 else { throw .inputFailed(errno: errno) }
    }

    /// Adds bytes to its end.
    func append(_ bytes: UnsafeRawBufferPointer) throws(ImagingError) {
        do throws(FileFailure) {
            try WholeTransfer.write(bytes, to: descriptor)
        } catch {
            throw .inputFailed(errno: error.errno)
        }
    }

    func discard() { close(descriptor) }

    /// The descriptor, whose owner the caller becomes.
    func take() -> Int32 { descriptor }
}

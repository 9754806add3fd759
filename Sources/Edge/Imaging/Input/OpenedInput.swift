#if canImport(Glibc)
    internal import Glibc
#endif

/// An open file whose bytes are to be decoded. Owns the descriptor.
package struct OpenedInput: ~Copyable, Sendable {
    let descriptor: Int32
    /// Bytes, when it was opened.
    package let size: UInt64

    /// How long before it was read its content was last changed; nil where nobody looked.
    package let age: Duration?
    /// Processor time that other threads took to read it.
    package let processorTime: Duration

    init(
        descriptor: Int32, size: UInt64, age: Duration? = nil, processorTime: Duration = .zero
    ) {
        self.descriptor = descriptor
        self.size = size
        self.age = age
        self.processorTime = processorTime
    }

    /// Holds bytes that came with an event, in a memory file of the kernel.
    ///
    /// - Throws: `inputFailed` when the system gives no memory file.
    package init(bytes: [UInt8]) throws(ImagingError) {
        let memory = try MemoryFile()
        do throws(ImagingError) {
            try bytes.withUnsafeBytes { bytes in
                Result { () throws(ImagingError) in try memory.append(bytes) }
            }.get()
        } catch {
            memory.discard()
            throw error
        }
        self.init(descriptor: memory.take(), size: UInt64(bytes.count))
    }

    deinit {
        close(descriptor)
    }
}

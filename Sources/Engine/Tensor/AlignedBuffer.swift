internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Memory of `count` elements, owned, aligned to a cache line, freed at the end of its life. Large
/// buffers ask for huge pages, since the kernels stream through them.
package struct AlignedBuffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    /// The first element, aligned to 64 bytes. Valid as long as the buffer lives.
    package let base: UnsafeMutablePointer<Element>
    /// How many elements.
    package let count: Int

    /// Takes memory and sets every byte to zero.
    ///
    /// - Parameter count: elements, 0 or more.
    /// - Throws: ``TensorError/badShape(_:)`` or ``TensorError/outOfMemory(bytes:)``.
    package init(count: Int) throws(TensorError) {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard count >= 0, !overflow, bytes < Int.max / 2 else {
            throw .badShape("size of a buffer")
        }
        guard let memory = alignedMemory(bytes: bytes) else { throw .outOfMemory(bytes: bytes) }
        memset(memory, 0, bytes)
        base = memory.bindMemory(to: Element.self, capacity: count)
        self.count = count
    }

    deinit { free(base) }

    /// The elements.
    package var elements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: base, count: count)
    }
}

/// Huge pages pay from here on.
private let hugePageBytes = 2 << 20

private func alignedMemory(bytes: Int) -> UnsafeMutableRawPointer? {
    var memory: UnsafeMutableRawPointer?
    let huge = bytes >= hugePageBytes
    let unit = huge ? hugePageBytes : 64
    let rounded = (max(bytes, 1) + 63) / 64 * 64
    guard posix_memalign(&memory, unit, rounded) == 0 else { return nil }
    #if os(Linux)
        if huge { madvise(memory, rounded, MADV_HUGEPAGE) }
    #endif
    return memory
}

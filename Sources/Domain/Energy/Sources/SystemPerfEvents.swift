internal import CLinux

#if canImport(Glibc)
    internal import Glibc
#endif

/// The events of the running kernel.
package struct SystemPerfEvents: PerfEvents {
    package init() {}

    package func open(
        type: UInt32, config: UInt64, processor: Int32
    ) throws(FileFault) -> Int32 {
        let descriptor = vigil_open_event(type, config, processor)
        guard descriptor >= 0 else { throw FileFault(errno: errno) }
        return descriptor
    }

    package func read(_ descriptor: Int32) -> UInt64? {
        var count: UInt64 = 0
        let size = MemoryLayout<UInt64>.size
        return Glibc.read(descriptor, &count, size) == size ? count : nil
    }

    package func close(_ descriptor: Int32) {
        Glibc.close(descriptor)
    }
}

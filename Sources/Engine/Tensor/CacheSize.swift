#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Sizes of this processor's caches.
enum CacheSize {
    /// Bytes of the second-level cache of a core, or 1 MiB where the system does not say.
    static func secondLevel() -> Int {
        #if os(Linux)
            let bytes = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
            if bytes >= 128 << 10, bytes <= 64 << 20 { return bytes }
        #endif
        return 1 << 20
    }
}

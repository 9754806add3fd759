#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What a benchmark reads time from.
package enum BenchmarkClock: Sendable {
    /// Time that passes; for several threads.
    case wall
    /// Processor time of the calling thread, which other processes do not disturb; for one thread.
    case thread

    /// Seconds since some fixed moment.
    package func seconds() -> Double {
        var time = timespec()
        clock_gettime(self == .wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

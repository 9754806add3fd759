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
    /// Processor time of all threads of this process.
    case process

    /// Seconds since some fixed moment.
    package func seconds() -> Double {
        var time = timespec()
        let clock =
            switch self {
            case .wall: CLOCK_MONOTONIC
            case .thread: CLOCK_THREAD_CPUTIME_ID
            case .process: CLOCK_PROCESS_CPUTIME_ID
            }
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

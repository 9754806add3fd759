internal import CKernels

/// How much of its core a thread had to itself.
///
/// A tile of the matrix product whose operands stay in the first-level cache runs nearly as fast as
/// a loop in registers alone, and much slower as soon as another thread, such as another tenant's,
/// shares the core, its caches and its ports. The quotient of both rates is near 1 on a quiet core
/// and 0.5 to 0.85 beside a neighbour; what is measured then tells of the neighbour as well.
package struct CoreGauge: Sendable {
    /// At this reading or above, a round counts.
    package static let quiet = 0.95

    private let kernels: KernelTable

    /// Of this processor's best kernels, whichever are measured: it is the core that is gauged.
    package init() throws(TensorError) { kernels = try KernelTable(.best) }

    /// A reading of about half a millisecond.
    package func read() -> Double {
        let table = kernels.kernels
        guard let cached = table.cached_f32, let registers = table.peak_f32 else { return 0 }
        var (inCache, inRegisters) = (0.0, 0.0)
        for _ in 0..<3 {
            inRegisters = max(inRegisters, CorePeak.rate(registers, iterations: 4_000))
            inCache = max(inCache, CorePeak.rate(cached, iterations: 30))
        }
        return inRegisters > 0 ? inCache / inRegisters : 0
    }

    /// What one round took.
    package struct Round: Sendable {
        /// By the clock.
        package let seconds: Double
        /// The calling thread's own time.
        package let threadSeconds: Double
        /// The lowest reading of the calling thread's core.
        package let gauge: Double
    }

    /// Times `body` once, with a reading before and after.
    /// - Parameter threads: that `body` works on; of one it counts as well how long it did not run.
    package func time<Failure: Error>(
        threads: Int, _ body: () throws(Failure) -> Void
    ) throws(Failure) -> Round {
        let before = read()
        let (start, startOfWork) = (BenchmarkClock.wall.seconds(), BenchmarkClock.thread.seconds())
        try body()
        let seconds = max(BenchmarkClock.wall.seconds() - start, 1e-9)
        let work = BenchmarkClock.thread.seconds() - startOfWork
        // While this thread did not run, another left its own lines in the caches.
        let running = threads == 1 ? work / seconds : 1
        return Round(
            seconds: seconds, threadSeconds: max(work, 1e-9), gauge: min(before, read(), running))
    }
}

internal import Glibc
internal import Imaging
package import Tensor

/// How fast a model's vision tower runs, for `vigil bench engine`.
package struct EngineBenchmark: Sendable {
    /// Images of a batch.
    package var batch: Int
    /// How long to measure, after a warm-up of one batch.
    package var seconds: Double

    /// - Parameters:
    ///   - batch: 1 or more.
    ///   - seconds: at least one batch is measured whatever the time.
    package init(batch: Int, seconds: Double) {
        self.batch = max(1, batch)
        self.seconds = seconds
    }

    /// What was measured. Operations count a multiply-add as two and are those of the model's
    /// shapes, whatever the kernels did.
    package struct Report: Sendable {
        package let batch: Int
        package let threads: Int
        package let precision: Precision
        package let instructionSet: InstructionSet
        /// Batches that were run, and the time of all of them by the clock.
        package let batches: Int
        package let seconds: Double
        /// Processor time of all threads, which other processes disturb less.
        package let processorSeconds: Double
        /// Time of the fastest batch and of the one in the middle, in seconds.
        package let batchTimes: (fastest: Double, median: Double)
        /// Images a second over the whole time.
        package let imagesPerSecond: Double
        /// How quiet the core was.
        package let core: Core
        /// 10^9 operations of one image, and a second over the whole time.
        package let gigaOperations: (perImage: Double, perSecond: Double)
        /// The greatest resident memory of the process so far, in bytes.
        package let residentBytesMax: Int

        /// Share of the peak of as many cores as there are threads; nil when the peak is not known.
        package var shareOfPeak: Double? {
            core.peak > 0 ? gigaOperations.perSecond / (core.peak * Double(threads)) : nil
        }

        /// The same of quiet rounds alone.
        package var quietShareOfPeak: Double? {
            guard core.peak > 0 else { return nil }
            return core.quietImagesPerSecond.map {
                $0 * gigaOperations.perImage / (core.peak * Double(threads))
            }
        }
    }

    /// The core of the calling thread while it was measured.
    package struct Core: Sendable {
        /// 10^9 operations a second that it can do in the model's precision, measured just before;
        /// 0 when that is not known.
        package let peak: Double
        /// What ``CoreGauge`` read round by round: a round is a batch, or as many as fill a tenth
        /// of a second.
        package let gauges: [Double]
        /// Images a second of the middle one of the quiet rounds; nil if none was.
        package let quietImagesPerSecond: Double?
    }

    /// Measures a model on generated images.
    ///
    /// - Parameter onStart: called after the warm-up, when the time of the report begins.
    package func run(
        _ model: ClipModel, onStart: () -> Void = {}
    ) throws(ModelError) -> Report {
        let (pixels, width) = (batch * model.imagePixels, batch * model.embeddingWidth)
        let images = UnsafeMutableBufferPointer<Float>.allocate(capacity: pixels)
        let out = UnsafeMutableBufferPointer<Float>.allocate(capacity: width)
        defer {
            images.deallocate()
            out.deallocate()
        }
        images.initialize(repeating: 0)
        out.initialize(repeating: 0)
        SeededWeights.fill(name: "benchmark", seed: 1, scale: 2, into: images)
        let input = UnsafeBufferPointer(images)
        return try measure(
            engine: model.engine, precision: model.precision,
            operations: model.configuration.operationsPerImage, onStart: onStart
        ) { () throws(ModelError) in
            try model.encode(images: input, count: batch, into: out)
        }
    }

    /// Measures a model on a generated volume, whatever ``batch`` is.
    ///
    /// - Parameter onStart: as above.
    package func run(
        _ model: VolumeModel, onStart: () -> Void = {}
    ) throws(ModelError) -> Report {
        let volume = UnsafeMutableBufferPointer<Float>.allocate(
            capacity: model.preprocessing.tensorCount)
        defer { volume.deallocate() }
        volume.initialize(repeating: 0)
        SeededWeights.fill(name: "benchmark", seed: 1, scale: 1, into: volume)
        return try EngineBenchmark(batch: 1, seconds: seconds).measure(
            engine: model.engine, precision: model.precision,
            operations: model.operationsPerVolume, onStart: onStart
        ) { () throws(ModelError) in
            _ = try model.encode(UnsafeBufferPointer(volume))
        }
    }

    /// Runs `encode`, which encodes a batch, once to warm up and then for the time.
    private func measure(
        engine: Engine, precision: Precision, operations: Double, onStart: () -> Void,
        _ encode: () throws(ModelError) -> Void
    ) throws(ModelError) -> Report {
        let peak = CorePeak.measure(engine.kernels, seconds: 0.3).of(precision)
        let gauge: CoreGauge
        do { gauge = try CoreGauge() } catch { throw .tensor(error) }
        try encode()
        var (times, gauges, quiet): ([Double], [Double], [Double]) = ([], [], [])
        var (total, work) = (0.0, 0.0)
        onStart()
        repeat {
            let first = times.count
            let round = try gauge.time(threads: engine.pool.threadCount) {
                () throws(ModelError) in
                let startOfWork = BenchmarkClock.process.seconds()
                let start = BenchmarkClock.wall.seconds()
                var last = start
                repeat {
                    try encode()
                    let now = BenchmarkClock.wall.seconds()
                    times.append(now - last)
                    last = now
                } while last - start < Self.roundSeconds
                work += BenchmarkClock.process.seconds() - startOfWork
            }
            total += round.seconds
            gauges.append(round.gauge)
            if round.gauge >= CoreGauge.quiet {
                quiet.append(Double((times.count - first) * batch) / round.seconds)
            }
        } while total < seconds
        let rate = Double(times.count * batch) / total
        let operations = operations * 1e-9
        times.sort()
        quiet.sort()
        return Report(
            batch: batch, threads: engine.pool.threadCount, precision: precision,
            instructionSet: engine.kernels.instructionSet, batches: times.count,
            seconds: total, processorSeconds: work,
            batchTimes: (times[0], times[times.count / 2]),
            imagesPerSecond: rate,
            core: Core(
                peak: peak, gauges: gauges,
                quietImagesPerSecond: quiet.isEmpty ? nil : quiet[quiet.count / 2]),
            gigaOperations: (operations, rate * operations),
            residentBytesMax: Self.residentBytesMax())
    }

    /// Short beside what a neighbour's presence lasts, long beside the gauge.
    private static let roundSeconds = 0.1

    /// The process's high-water mark of resident memory.
    private static func residentBytesMax() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}

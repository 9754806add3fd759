import Tensor
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Timings that a person asks for: VIGIL_BENCH=1 swift test -c release --filter
/// EncoderBenchmarkTests
@Suite("Encoder timings", .serialized) struct EncoderBenchmarkTests {
    static let wanted = getenv("VIGIL_BENCH") != nil

    @Test(
        "ViT-B/16 against the measured peak",
        .enabled(if: wanted, "set VIGIL_BENCH=1 to see timings"))
    func vitB16() throws {
        let precisions =
            (getenv("VIGIL_BENCH_PRECISION").map { String(cString: $0) } ?? "fp32,int8")
            .split(separator: ",").compactMap { Precision(rawValue: String($0)) }
        let batches = (getenv("VIGIL_BENCH_BATCH").map { String(cString: $0) } ?? "8")
            .split(separator: ",").compactMap { Int($0) }
        let threads = getenv("VIGIL_BENCH_THREADS").flatMap { Int(String(cString: $0)) } ?? 1
        let engine = try engine(threads: threads)
        for precision in precisions where engine.supports(precision) {
            for batch in batches {
                let encoder = try EncoderBenchmark(
                    engine: engine, shape: .vitB16, precision: precision, batch: batch)
                var best: EncoderBenchmark.Timing?
                var peak = CorePeak()
                for _ in 0..<6 {
                    let round = CorePeak.measure(engine.kernels, seconds: 0.03)
                    peak.fp32 = max(peak.fp32, round.fp32)
                    peak.int8 = max(peak.int8, round.int8)
                    let timing = try encoder.run(clock: threads == 1 ? .thread : .wall)
                    if timing.total < best?.total ?? .infinity { best = timing }
                }
                guard let best else { return }
                let rate = Double(batch) / best.total
                let images = { (part: Double) in part / Double(batch) * 1e3 }
                let done = EncoderBenchmark.Shape.vitB16.operations * rate * 1e-9
                print("\(precision) batch \(batch) threads \(threads): \(rate) images/s,")
                print("    \(done) Gop/s; peak \(peak.fp32) fp32, \(peak.int8) int8;")
                print("    ms an image: qkv \(images(best.fusedProduct)),")
                print("    attention \(images(best.attention)),")
                print("    projection \(images(best.projection)),")
                print("    feed-forward \(images(best.feedForward))")
            }
        }
    }
}

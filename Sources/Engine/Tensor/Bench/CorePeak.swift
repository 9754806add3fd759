internal import CKernels

/// What one core can do at most, by register-only loops, in 10^9 operations a second; a
/// multiply-add counts as two. Zero: there are no such instructions.
package struct CorePeak: Sendable, Hashable {
    /// float32 fused multiply-adds.
    package var fp32 = 0.0
    /// 8-bit dot products.
    package var int8 = 0.0
    /// Half-precision fused multiply-adds.
    package var fp16 = 0.0
    /// bfloat16 dot products.
    package var bf16 = 0.0

    /// Nothing measured yet.
    package init() {}

    /// The peak of a precision.
    package func of(_ precision: Precision) -> Double {
        switch precision {
        case .fp32, .auto: fp32
        case .int8: int8
        case .fp16: fp16
        case .bf16: bf16
        }
    }

    /// Measures for about `seconds` altogether and keeps the best of many short rounds.
    package static func measure(_ kernels: KernelTable, seconds: Double) -> CorePeak {
        var peak = CorePeak()
        let table = kernels.kernels
        let end = BenchmarkClock.wall.seconds() + seconds
        repeat {
            peak.fp32 = max(peak.fp32, rate(table.peak_f32, iterations: 20_000))
            peak.int8 = max(peak.int8, rate(table.peak_u8s8, iterations: 20_000))
            peak.fp16 = max(peak.fp16, rate(table.peak_f16, iterations: 20_000))
            peak.bf16 = max(peak.bf16, rate(table.peak_bf16, iterations: 20_000))
        } while BenchmarkClock.wall.seconds() < end
        return peak
    }

    /// 10^9 operations a second of a loop that returns how many it did. By the clock, since a
    /// thread's own time jumps where the host takes the processor away; the best of many counts.
    static func rate(
        _ loop: (@convention(c) (Int) -> Double)?, iterations: Int
    ) -> Double {
        guard let loop else { return 0 }
        let start = BenchmarkClock.wall.seconds()
        let operations = loop(iterations)
        let seconds = BenchmarkClock.wall.seconds() - start
        return seconds > 0 ? operations / seconds * 1e-9 : 0
    }
}

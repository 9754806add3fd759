internal import CKernels
internal import VigilCore

/// Times each kernel row that this processor can run, on one thread, against the measured peak.
package struct KernelBenchmark {
    /// One line of the result.
    package struct Row: Sendable {
        /// `<slot>__<instruction set>`, as in the kernel table.
        package var name: String
        /// What it worked on, such as "1576x3072x768".
        package var shape: String
        /// Seconds of one call, the best of the quiet rounds, or of all if none was quiet.
        package var seconds: Double
        /// What ``CoreGauge`` read in each round, in order, those that were repeated too.
        package var gauges: [Double]
        /// 10^9 operations a second, two a multiply-add; 0 where operations say nothing.
        package var rate: Double
        /// 10^9 bytes read and written a second; 0 for products.
        package var bandwidth: Double
        /// `rate` over the best peak that a loop of the same instructions reached; nil without one.
        package var shareOfPeak: Double?

        /// Rounds in which no other thread shared the core.
        package var quietRounds: Int { gauges.count { $0 >= CoreGauge.quiet } }
    }

    private let rounds: Int

    /// - Parameter rounds: each row runs so often; 1 shows that it works, 5 or more give figures.
    package init(rounds: Int) { self.rounds = max(rounds, 1) }

    /// Runs all rows, an instruction set at a time.
    package func run() throws(TensorError) -> [Row] {
        var rows: [Row] = []
        for isa in InstructionSet.supported {
            try rows.append(contentsOf: run(isa))
        }
        return rows
    }

    /// Runs the rows of one instruction set.
    package func run(_ isa: InstructionSet) throws(TensorError) -> [Row] {
        let kernels = try KernelTable(isa)
        var rows: [Row] = []
        for index in 0..<vigil_kernel_row_count() {
            let row = vigil_kernel_row_at(index)
            guard row.isa == isa.code else { continue }
            let (slot, name) = (String(cString: row.slot), String(cString: row.name))
            if let precision = Self.products[slot] {
                try rows.append(product(name, kernels, precision))
            } else if slot == "attention_f32" || slot == "attention_s16" {
                try rows.append(attention(name, kernels, integers: slot == "attention_s16"))
            } else if slot == "gather" || slot == "pool" {
                try rows.append(windows(slot, name, kernels))
            } else if let row = try gradient(slot, name, kernels) {
                rows.append(row)
            } else if let row = try values(slot, name, kernels) {
                // Peaks are what the others are measured against, preparing is a part of a product.
                rows.append(row)
            }
        }
        return rows
    }

    private static let products: [String: Precision] = [
        "gemm_f32": .fp32, "gemm_u8s8": .int8, "gemm_f16": .fp16, "gemm_bf16": .bf16,
    ]

    /// What the rounds of one kernel gave.
    struct Timing {
        /// As in ``Row``.
        var seconds = Double.infinity
        var gauges: [Double] = []
        /// The highest peak measured beside the rounds.
        var peak = 0.0
    }

    /// Runs until `rounds` were quiet, or ``attemptsPerRound`` times as often.
    func time(
        _ kernels: KernelTable, _ precision: Precision?, _ body: () throws(TensorError) -> Void
    ) throws(TensorError) -> Timing {
        let gauge = try CoreGauge()
        var (timing, noisy) = (Timing(), Double.infinity)
        var quietRounds = 0
        try body()
        while quietRounds < rounds, timing.gauges.count < rounds * Self.attemptsPerRound {
            if let precision {
                let peak = CorePeak.measure(kernels, seconds: 0.005).of(precision)
                timing.peak = max(timing.peak, peak)
            }
            let round = try gauge.time(threads: 1, body)
            timing.gauges.append(round.gauge)
            if round.gauge >= CoreGauge.quiet {
                quietRounds += 1
                timing.seconds = min(timing.seconds, round.seconds)
            } else {
                noisy = min(noisy, round.threadSeconds)
            }
        }
        if quietRounds == 0 { timing.seconds = noisy }
        return timing
    }

    /// How often a round is tried on a core that is not quiet.
    private static let attemptsPerRound = 6

    /// The first product of ViT-B/16's feed-forward half; small where a slow twin would take long.
    private func product(
        _ name: String, _ kernels: KernelTable, _ precision: Precision
    ) throws(TensorError) -> Row {
        let slow = kernels.instructionSet == .scalar
        let (m, n, k) = slow ? (28, 256, 256) : (8 * 197, 3072, 768)
        let engine = try Engine(kernels: kernels, pool: ThreadPool(threadCount: 1))
        let values = try filled(max(m, n) * k)
        let out = try AlignedBuffer<Float>(count: m * n)
        let weights = try PackedLinear(
            weights: UnsafeRawBufferPointer(values.elements), type: .float32, outputs: n,
            inputs: k, bias: nil, precision: precision, pool: engine.pool)
        let (input, output) = (values.base, out.base)
        let timing = try time(kernels, precision) { () throws(TensorError) in
            try engine.linear(input, weights: weights, into: output, rows: m)
        }
        let rate = 2e-9 * Double(m) * Double(n) * Double(k) / timing.seconds
        return Row(
            name: name, shape: "\(m)x\(n)x\(k)", seconds: timing.seconds,
            gauges: timing.gauges, rate: rate, bandwidth: 0,
            shareOfPeak: timing.peak > 0 ? rate / timing.peak : nil)
    }

    /// The heads of one ViT-B/16 image, or one head where a slow twin would take long.
    private func attention(
        _ name: String, _ kernels: KernelTable, integers: Bool
    ) throws(TensorError) -> Row {
        let heads = kernels.instructionSet == .scalar ? 1 : 12
        let (tokens, width) = (197, heads * 64)
        let engine = try Engine(kernels: kernels, pool: ThreadPool(threadCount: 1))
        let fused = try filled(tokens * width * 3, bound: 125.0 / 60)
        let out = try AlignedBuffer<Float>(count: tokens * width)
        let offsets = try AlignedBuffer<Int>(count: 2)
        offsets.base[1] = tokens
        let shape = AttentionShape(
            heads: heads, headWidth: 64, precision: integers ? .int8 : .fp32)
        let inputs = AttentionInputs(fused: fused.base, width: width)
        let (starts, output) = (UnsafeBufferPointer(offsets.elements), out.base)
        let timing = try time(kernels, .fp32) { () throws(TensorError) in
            try engine.attention(inputs, offsets: starts, shape: shape, into: output)
        }
        let rate = 4e-9 * Double(tokens * tokens * width) / timing.seconds
        return Row(
            name: name, shape: "\(heads) heads of \(tokens)x64", seconds: timing.seconds,
            gauges: timing.gauges, rate: rate,
            bandwidth: 0, shareOfPeak: integers || timing.peak == 0 ? nil : rate / timing.peak)
    }

    /// Values from `-bound` to `bound`, in steps.
    func filled(_ count: Int, bound: Float = 1) throws(TensorError) -> AlignedBuffer<Float> {
        let values = try AlignedBuffer<Float>(count: count)
        for index in 0..<count { values.base[index] = Float(index % 251 - 125) / 125 * bound }
        return values
    }

    /// 768 values, as often as fills a millisecond or so.
    private func values(
        _ slot: String, _ name: String, _ kernels: KernelTable
    ) throws(TensorError) -> Row? {
        let (count, times) = (768, 200)
        let values = try AlignedBuffer<Float>(count: 2 * count)
        for index in 0..<values.count { values.base[index] = Float(index % 13 - 6) / 6 }
        let (x, y, table) = (values.base, values.base + count, kernels.kernels)
        let operation: () -> Void
        switch slot {
        case "activate": operation = { table.activate(x, count, VIGIL_ACT_GELU) }
        case "activate_coarse":
            operation = { table.activate_coarse(x, count, VIGIL_ACT_GELU) }
        case "exponential": operation = { table.exponential(x, count) }
        case "softmax": operation = { table.softmax(x, count) }
        case "l2_normalize": operation = { table.l2_normalize(x, count, y) }
        case "add": operation = { table.add(x, x, count, y) }
        case "dot": operation = { _ = table.dot(x, y, count) }
        default: return nil
        }
        let timing = try time(kernels, nil) {
            for _ in 0..<times {
                // Back to usual values: repeated, these end beyond their range or in denormals.
                if slot == "exponential" || slot.hasPrefix("activate") {
                    x.update(repeating: -1, count: count)
                }
                operation()
            }
        }
        let each = timing.seconds / Double(times)
        return Row(
            name: name, shape: "\(count)", seconds: each, gauges: timing.gauges, rate: 0,
            bandwidth: Double(8 * count) / each * 1e-9, shareOfPeak: nil)
    }
}

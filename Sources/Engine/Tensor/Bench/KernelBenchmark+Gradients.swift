internal import CKernels

extension KernelBenchmark {
    /// What training adds to the kernels, of the shapes of one ViT-B/16 image.
    func gradient(
        _ slot: String, _ name: String, _ kernels: KernelTable
    ) throws(TensorError) -> Row? {
        switch slot {
        case "attention_gradient": try attentionGradient(name, kernels)
        case "outer_sum": try outerSum(name, kernels)
        case "norm_gradient", "activation_gradient": try rowGradient(slot, name, kernels)
        default: nil
        }
    }

    /// One head: its scores once more, and four products of the same size.
    private func attentionGradient(
        _ name: String, _ kernels: KernelTable
    ) throws(TensorError) -> Row {
        let (tokens, width) = (197, 64)
        let values = try filled(4 * tokens * width)
        let slopes = try AlignedBuffer<Float>(count: 3 * tokens * width)
        let scratch = try AlignedBuffer<Float>(count: 2 * ((tokens + 15) / 16 * 16))
        var head = vigil_attention_gradient()
        (head.q, head.q_stride, head.kv_stride) = (UnsafePointer(values.base), width, width)
        head.k = UnsafePointer(values.base + tokens * width)
        head.v = UnsafePointer(values.base + 2 * tokens * width)
        head.dout = UnsafePointer(values.base + 3 * tokens * width)
        (head.queries, head.keys, head.head_dim) = (tokens, tokens, width)
        (head.scale, head.dout_stride) = (0.125, width)
        (head.dq, head.dq_stride, head.dkv_stride) = (slopes.base, width, width)
        head.dk = slopes.base + tokens * width
        head.dv = slopes.base + 2 * tokens * width
        head.scratch = scratch.base
        let table = kernels.kernels
        let timing = try time(kernels, .fp32) { table.attention_gradient(&head) }
        let rate = 10e-9 * Double(tokens * tokens * width) / timing.seconds
        return Row(
            name: name, shape: "1 head of \(tokens)x\(width)", seconds: timing.seconds,
            gauges: timing.gauges, rate: rate,
            bandwidth: 0, shareOfPeak: timing.peak > 0 ? rate / timing.peak : nil)
    }

    private func outerSum(_ name: String, _ kernels: KernelTable) throws(TensorError) -> Row {
        let (rows, height, width) = (197, 16, 768)
        let values = try filled(rows * (height + width))
        let out = try AlignedBuffer<Float>(count: height * width)
        var sum = vigil_outer_sum()
        (sum.a, sum.a_stride, sum.m) = (UnsafePointer(values.base), height, height)
        sum.b = UnsafePointer(values.base + rows * height)
        (sum.b_stride, sum.n, sum.rows) = (width, width, rows)
        (sum.out, sum.out_stride) = (out.base, width)
        let table = kernels.kernels
        let timing = try time(kernels, .fp32) { table.outer_sum(&sum) }
        let rate = 2e-9 * Double(rows * height * width) / timing.seconds
        return Row(
            name: name, shape: "\(height)x\(rows)x\(width)", seconds: timing.seconds,
            gauges: timing.gauges, rate: rate,
            bandwidth: 0, shareOfPeak: timing.peak > 0 ? rate / timing.peak : nil)
    }

    private func rowGradient(
        _ slot: String, _ name: String, _ kernels: KernelTable
    ) throws(TensorError) -> Row {
        let (rows, width) = (197, 768)
        let count = rows * width
        let values = try filled(2 * count + width)
        let out = try AlignedBuffer<Float>(count: count)
        let (x, slopes) = (UnsafePointer(values.base), UnsafePointer(values.base + count))
        var norm = vigil_norm_gradient()
        (norm.x, norm.dy, norm.gamma) = (x, slopes, slopes + count)
        (norm.rows, norm.k, norm.epsilon, norm.dx) = (rows, width, 1e-5, out.base)
        let table = kernels.kernels
        let timing = try time(kernels, nil) {
            if slot == "norm_gradient" {
                table.norm_gradient(&norm)
            } else {
                table.activation_gradient(x, slopes, count, VIGIL_ACT_GELU, out.base)
            }
        }
        return Row(
            name: name, shape: "\(rows)x\(width)", seconds: timing.seconds,
            gauges: timing.gauges, rate: 0,
            bandwidth: 12e-9 * Double(count) / timing.seconds, shareOfPeak: nil)
    }
}

internal import CKernels

extension KernelBenchmark {
    /// Windows of 3 by 3 over one image of 56 by 56 by 64, as of a residual network's first blocks.
    func windows(
        _ slot: String, _ name: String, _ kernels: KernelTable
    ) throws(TensorError) -> Row {
        let (side, channels) = (56, 64)
        let (rows, inputs) = (side * side, 9 * channels)
        let image = try filled(side * side * channels)
        let out = try AlignedBuffer<Float>(count: rows * inputs)
        let scratch = try AlignedBuffer<Float>(count: inputs)
        let window = vigil_window(
            x: image.base, x_stride: channels, channels: channels, size: (1, side, side),
            out_size: (1, side, side), kernel: (1, 3, 3), stride: (1, 1, 1), padding: (0, 1, 1))
        var gather = vigil_gather()
        (gather.window, gather.rows, gather.out) = (window, rows, out.base)
        (gather.out_stride, gather.scratch) = (inputs, scratch.base)
        var pool = vigil_pool()
        (pool.window, pool.rows, pool.is_max) = (window, rows, 1)
        (pool.out, pool.out_stride) = (out.base, channels)
        let table = kernels.kernels
        let timing = try time(kernels, nil) {
            if slot == "gather" { table.gather(&gather) } else { table.pool(&pool) }
        }
        let written = slot == "gather" ? rows * inputs : rows * channels
        return Row(
            name: name, shape: "3x3 over \(side)x\(side)x\(channels)", seconds: timing.seconds,
            gauges: timing.gauges, rate: 0,
            bandwidth: 4e-9 * Double(image.count + written) / timing.seconds, shareOfPeak: nil)
    }
}

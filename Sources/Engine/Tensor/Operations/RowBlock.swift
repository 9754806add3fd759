internal import CKernels

/// Packed activations of one block of rows in a worker's scratch, for one precision.
struct RowBlock {
    let precision: Precision
    let rows: Int
    let columns: Int
    let lines: UnsafeMutableRawPointer
    let scale: UnsafeMutablePointer<Float>
    let zero: UnsafeMutablePointer<Int32>
    let scratch: UnsafeMutablePointer<Float>

    /// Bytes that a block of these sizes takes.
    static func byteCount(precision: Precision, rows: Int, columns: Int) -> Int {
        rows * lineBytes(precision, columns) + 2 * rounded(rows * 4) + rounded(columns * 4)
    }

    static func lineBytes(_ precision: Precision, _ columns: Int) -> Int {
        let perLine =
            switch precision {
            case .int8: 64
            case .bf16: 32
            default: 16
            }
        return (columns + perLine - 1) / perLine * 64
    }

    private static func rounded(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }

    init(precision: Precision, rows: Int, columns: Int, at memory: UnsafeMutableRawPointer) {
        self.precision = precision
        self.rows = rows
        self.columns = columns
        lines = memory
        let afterLines = memory + rows * Self.lineBytes(precision, columns)
        scale = afterLines.assumingMemoryBound(to: Float.self)
        let afterScale = afterLines + Self.rounded(rows * 4)
        zero = afterScale.assumingMemoryBound(to: Int32.self)
        scratch = (afterScale + Self.rounded(rows * 4)).assumingMemoryBound(to: Float.self)
    }

    /// The first byte after a block of `rows` by `columns`.
    var end: UnsafeMutableRawPointer {
        lines + Self.byteCount(precision: precision, rows: rows, columns: columns)
    }

    /// Fills the block from x: [rows, columns] float32, through a LayerNorm if there is one.
    func fill(
        from x: UnsafePointer<Float>, stride: Int, norm: NormView?, kernels: borrowing vigil_kernels
    ) {
        var args = vigil_prepare(
            x: x, x_stride: stride, rows: rows, k: columns, gamma: norm?.gamma, beta: norm?.beta,
            epsilon: norm?.epsilon ?? 0, tile_rows: tileRows(kernels), out: lines, out_stride: 0,
            row_scale: scale, row_zero: zero, scratch: scratch)
        switch precision {
        case .int8: kernels.prepare_u8(&args)
        case .fp16: kernels.prepare_f16(&args)
        case .bf16: kernels.prepare_bf16(&args)
        default: kernels.prepare_f32(&args)
        }
    }

    private func tileRows(_ kernels: borrowing vigil_kernels) -> Int {
        precision.tileRows(kernels)
    }
}

extension Precision {
    /// Rows of a tile of the matrix product.
    func tileRows(_ kernels: borrowing vigil_kernels) -> Int {
        switch self {
        case .int8: kernels.tile_rows_u8s8
        case .fp16: kernels.tile_rows_f16
        case .bf16: kernels.tile_rows_bf16
        default: kernels.tile_rows_f32
        }
    }
}

/// Borrowed weights of a LayerNorm.
struct NormView {
    let gamma: UnsafePointer<Float>
    let beta: UnsafePointer<Float>
    let epsilon: Float

    init?(_ weights: LayerNormWeights?) {
        guard let weights else { return nil }
        gamma = weights.gamma
        beta = weights.beta
        epsilon = weights.epsilon
    }
}

/// Borrowed weights of a linear layer.
struct LinearView {
    let layout: PackedLayout
    let panels: UnsafeRawPointer
    let bias: UnsafePointer<Float>
    let scale: UnsafePointer<Float>
    let sum: UnsafePointer<Int16>
    let wide: UnsafePointer<UInt8>

    init(_ weights: PackedLinear) {
        layout = weights.layout
        panels = weights.base
        bias = weights.bias
        scale = weights.scale
        sum = weights.sum
        wide = weights.wide
    }

    /// Arguments of a product of `block` with panels `panels`, results at `c`.
    func product(
        _ block: RowBlock, panels range: Range<Int>, c: UnsafeMutablePointer<Float>, stride: Int
    ) -> vigil_gemm {
        vigil_gemm(
            a: block.lines, rows: block.rows, k: layout.inputs, k_first: 0, k_count: 0, sums: nil,
            b: panels,
            panel_first: range.lowerBound, panel_count: range.count, columns: layout.outputs, c: c,
            c_stride: stride, c_packed: 0, bias: bias, residual: nil, residual_stride: 0,
            activation: VIGIL_ACT_NONE, a_scale: block.scale, a_zero: block.zero, b_scale: scale,
            b_sum: sum, b_wide: wide)
    }

    /// The same for a product with all panels of more than ``passInputsMax`` inputs, which goes
    /// over them in passes, each with all of its rows: a pass's rows and panels stay in the
    /// second-level cache. Same bits as in one pass. `sums`: ``sumsBytes(rows:)``, 64-byte
    /// aligned; fp32 only.
    func runInPasses(
        _ args: inout vigil_gemm, sums: UnsafeMutableRawPointer, kernels: borrowing vigil_kernels
    ) {
        guard layout.precision == .fp32, layout.inputs > Self.passInputsMax else {
            return run(&args, kernels: kernels)
        }
        args.sums = sums.assumingMemoryBound(to: Float.self)
        for first in stride(from: 0, to: layout.inputs, by: Self.passInputs) {
            args.k_first = first
            args.k_count = min(Self.passInputs, layout.inputs - first)
            run(&args, kernels: kernels)
        }
    }

    /// Bytes of the sums between passes; 0 where one pass does.
    func sumsBytes(rows: Int) -> Int {
        guard layout.precision == .fp32, layout.inputs > Self.passInputsMax else { return 0 }
        return rows * ((layout.outputs + 15) / 16 * 16) * 4
    }

    private static let passInputs = 768
    private static let passInputsMax = 1024

    func run(_ args: inout vigil_gemm, kernels: borrowing vigil_kernels) {
        switch layout.precision {
        case .int8: kernels.gemm_u8s8(&args)
        case .fp16: kernels.gemm_f16(&args)
        case .bf16: kernels.gemm_bf16(&args)
        default: kernels.gemm_f32(&args)
        }
    }
}

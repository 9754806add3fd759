internal import CKernels

/// Where a product's rows go, and what happens to them on the way. Borrows all that it points to.
struct ProductTarget {
    let weights: LinearView
    private let activation: vigil_activation
    private let residual: UnsafePointer<Float>?
    private let residualStride: Int
    private let out: UnsafeMutablePointer<Float>
    private let stride: Int

    /// - Parameter stride: elements from row to row of `out`; nil: as many as outputs.
    init(
        _ weights: PackedLinear, _ epilogue: LinearEpilogue, out: UnsafeMutablePointer<Float>,
        stride: Int? = nil
    ) {
        self.weights = LinearView(weights)
        activation = epilogue.activation.code
        residual = epilogue.residual
        residualStride = epilogue.residualStride ?? weights.outputs
        self.out = out
        self.stride = stride ?? weights.outputs
    }

    /// Arguments of a product of `block`, whose first row is row `row` of the whole.
    /// - Parameter panels: nil: all.
    func product(_ block: RowBlock, panels: Range<Int>? = nil, row: Int) -> vigil_gemm {
        var product = weights.product(
            block, panels: panels ?? 0..<weights.layout.panelCount, c: out + row * stride,
            stride: stride)
        product.activation = activation
        if let residual {
            product.residual = residual + row * residualStride
            product.residual_stride = residualStride
        }
        return product
    }
}

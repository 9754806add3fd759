internal import CKernels
internal import VigilCore

/// The activation at the end of a matrix product.
package enum Activation: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// x.
    case none
    /// x * Phi(x), the exact GELU ("gelu" in transformers).
    case gelu
    /// x * sigmoid(1.702 x) ("quick_gelu"), of OpenAI's CLIP.
    case quickGelu
    /// The tanh form of GELU ("gelu_pytorch_tanh"), of SigLIP.
    case geluTanh
    /// max(0, x), which a product takes after its residual.
    case relu

    var code: vigil_activation {
        switch self {
        case .none: VIGIL_ACT_NONE
        case .gelu: VIGIL_ACT_GELU
        case .quickGelu: VIGIL_ACT_QUICK_GELU
        case .geluTanh: VIGIL_ACT_GELU_TANH
        case .relu: VIGIL_ACT_RELU
        }
    }
}

/// What happens to a product before it is stored: `activation(x W^T + bias) + residual`, of
/// ``Activation/relu`` `max(0, x W^T + bias + residual)`. The bias is part of ``PackedLinear``.
package struct LinearEpilogue {
    /// The activation, after the bias.
    package var activation: Activation
    /// [rows, outputs] float32 that is added last; may be the destination itself. Borrowed for the
    /// call.
    package var residual: UnsafePointer<Float>?
    /// Elements from row to row of `residual`; nil: as many as outputs.
    package var residualStride: Int?

    /// `activation(x W^T + bias)`.
    package init(activation: Activation = .none) {
        self.activation = activation
        residual = nil
        residualStride = nil
    }

    /// `x W^T + bias + residual`.
    /// With ``Activation/relu``, `max(0, x W^T + bias + residual)`.
    package init(
        adding residual: UnsafePointer<Float>, stride: Int? = nil, activation: Activation = .none
    ) {
        self.activation = activation
        self.residual = residual
        residualStride = stride
    }
}

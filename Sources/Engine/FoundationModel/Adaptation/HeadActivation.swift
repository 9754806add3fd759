internal import Tensor
internal import VigilCore

/// What stands between the matrices of an MLP head.
package enum HeadActivation: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// max(x, 0).
    case relu
    /// x * Phi(x).
    case gelu
    /// The tanh form of GELU.
    case geluTanh = "gelu_tanh"
    /// x * sigmoid(1.702 x).
    case quickGelu = "quick_gelu"

    /// All names, for errors.
    static var names: SafeText {
        SafeText(fixedMessage: allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// Of the engine's, what goes into the product; ReLU is not among them.
    private var fused: Activation {
        switch self {
        case .relu: .none
        case .gelu: .gelu
        case .geluTanh: .geluTanh
        case .quickGelu: .quickGelu
        }
    }

    /// The epilogue of the product before it.
    var epilogue: LinearEpilogue { LinearEpilogue(activation: fused) }

    /// What is left to do after the product.
    func finish(_ x: UnsafeMutablePointer<Float>, count: Int) {
        guard self == .relu else { return }
        for index in 0..<count { x[index] = max(x[index], 0) }
    }
}

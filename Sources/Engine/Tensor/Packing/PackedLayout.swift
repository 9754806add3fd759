internal import CKernels
internal import VigilCore

/// Where the parts of packed weights lie. The layout does not depend on the instruction set.
///
/// Panels of 16 columns (32 for fp16), each [inputs][columns] with 4 (int8) or 2 (bf16) consecutive
/// inputs side by side; then, each padded to whole panels of 32: bias, scales and column sums;
/// then, for int8, a byte for each panel that says whether it is wide.
package struct PackedLayout: Sendable, Hashable {
    /// Raised whenever the bytes change; part of the key of a cache file.
    package static let version = 2

    /// Columns of the weights' transpose: outputs.
    package let outputs: Int
    /// Depth: inputs.
    package let inputs: Int
    /// Never ``Precision/auto``.
    package let precision: Precision

    /// Largest number of inputs: int8 sums stay inside int32 and column sums inside their two
    /// parts.
    package static let inputsMax = 32_768
    /// Largest number of outputs.
    package static let outputsMax = 1 << 20

    /// - Throws: ``TensorError/badShape(_:)`` for sizes out of range or an unresolved precision.
    package init(outputs: Int, inputs: Int, precision: Precision) throws(TensorError) {
        guard (1...Self.outputsMax).contains(outputs), (1...Self.inputsMax).contains(inputs) else {
            throw .badShape("linear layer")
        }
        guard precision != .auto else { throw .badShape("precision not resolved") }
        self.outputs = outputs
        self.inputs = inputs
        self.precision = precision
    }

    /// Columns in a panel.
    var panelColumns: Int { precision == .fp16 ? 32 : 16 }
    var panelCount: Int { (outputs + panelColumns - 1) / panelColumns }
    /// Outputs rounded up so that every panel has its bias and scales.
    var paddedOutputs: Int { (outputs + 31) / 32 * 32 }

    var panelBytes: Int {
        switch precision {
        case .int8: (inputs + 3) / 4 * 64
        case .bf16: (inputs + 1) / 2 * 64
        default: inputs * 64
        }
    }

    var biasOffset: Int { panelCount * panelBytes }
    var scaleOffset: Int { biasOffset + paddedOutputs * 4 }
    var sumOffset: Int { scaleOffset + (precision == .int8 ? paddedOutputs * 4 : 0) }
    var wideOffset: Int { sumOffset + (precision == .int8 ? paddedOutputs * 4 : 0) }
    /// Size of the whole.
    package var byteCount: Int { wideOffset + (precision == .int8 ? panelCount : 0) }
}

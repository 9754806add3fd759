internal import VigilCore

/// The arithmetic of matrix products with weights. Residuals, norms and softmax are float32 always.
package enum Precision: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// float32 weights and activations; strict: the same bits on every instruction set.
    case fp32
    /// Weights of up to 8 bits, one scale a column; activations of 7 bits, one scale and zero a
    /// row. Sums are exact, so strict as well.
    case int8
    /// Half-precision weights and products; only with AVX512-FP16.
    case fp16
    /// bfloat16 weights and products, sums in float32; only with AVX512-BF16.
    case bf16
    /// What ``Engine/fastestPrecision()`` finds among those that keep to float32's accuracy.
    case auto
}

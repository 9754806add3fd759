internal import VigilCore

/// The arithmetic of the large matrix products.
package enum EnginePrecision: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// The fastest that keeps its promised accuracy on this processor.
    case auto
    case fp32
    case int8
    case fp16
    case bf16
}

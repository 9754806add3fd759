package import VigilCore

/// What a conversion did.
package struct ConversionReport: Sendable, Hashable {
    package let format: Checkpoint.Format
    /// Tensors written.
    package let tensors: Int
    /// Bytes of their elements.
    package let bytes: Int
    /// Values beside the tensors that were left out.
    package let skipped: Int
    /// Files copied from beside the checkpoint.
    package let copied: [String]
    /// Files made besides the weights and `vigil.json`.
    package let made: [String]
    /// Whether a configuration could be made if the activation were known.
    package let needsActivation: Bool
    /// Whether `config.json` was written from the tensors' names and shapes.
    package let hasRecognizedFamily: Bool
    /// SHA-256 of the checkpoint, its parts joined.
    package let sourceDigest: Digest
    /// SHA-256 of `model.safetensors`.
    package let weightsDigest: Digest
}

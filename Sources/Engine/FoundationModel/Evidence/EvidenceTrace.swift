/// One image's way through a model, kept so that any finding's logit can be shared out.
protocol EvidenceTrace {
    /// The image's embedding, whose bits are those of a pass without evidence.
    var embedding: [Float] { get }
    /// Shares and terms of a logit.
    func parts(of readout: LogitReadout) -> EvidenceParts
}

/// What a logit is the sum of.
struct EvidenceParts {
    /// [patches].
    var shares: [Double]
    /// In the order of ``EvidenceTerm``.
    var terms: [Evidence.Term]
}

/// A model whose logits can be shared out among the patches of an image.
protocol EvidenceSource: Sendable {
    /// Patches along each side.
    var side: Int { get }
    /// Side of a patch in pixels of the model's input.
    var patchSize: Int { get }
    /// Layers that are shared out.
    var layers: Int { get }
    /// Runs one image.
    func trace(_ image: UnsafeBufferPointer<Float>) throws(ModelError) -> any EvidenceTrace
}

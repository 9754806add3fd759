internal import VigilCore

/// One image's way through a model, kept so that any finding's logit can be shared out.
protocol EvidenceTrace: AnyObject {
    /// Shares and terms of a logit.
    /// - Parameter readout: of the same model.
    func parts(of readout: PreparedReadout) -> EvidenceParts
}

/// What a logit is the sum of.
struct EvidenceParts {
    /// [patches].
    var shares: [Double]
    /// In the order of ``EvidenceTerm``.
    var terms: [Evidence.Term]
}

/// A finding's readout with what can be computed before any image is known.
package struct PreparedReadout: Sendable {
    let readout: LogitReadout
    /// Over what the model pools, but for factors that hang on the image.
    let direction: [Double]
    /// What is added to it, the same way.
    let constant: Double
    /// Over what attention's output takes in, and the direction's product with its bias, a layer
    /// that is shared out.
    let layers: [(direction: [Float], bias: Double)]
    /// Of an ensemble's members.
    var members: [PreparedReadout] = []
}

/// A model whose logits can be shared out among the patches of an image.
protocol EvidenceSource: Sendable {
    var grid: EvidenceGrid { get }
    /// Layers that are shared out.
    var layers: Int { get }
    /// What one image's trace takes.
    var traceBytes: Int { get }
    /// Computes what does not hang on the image.
    func prepare(_ readout: LogitReadout) -> PreparedReadout
    /// Encodes images, and keeps the traces of the first ones.
    ///
    /// - Parameters:
    ///   - images: as of ``PixelEncoder/encode(images:count:into:betweenLayers:)``.
    ///   - traced: how many traces are kept.
    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        traced: Int, betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) -> [any EvidenceTrace]
}

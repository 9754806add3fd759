package import Imaging
internal import VigilCore

/// Tells which parts of an image made a finding's score.
///
/// Safe to use from several threads. What it says of an image has the same bits for any number of
/// threads and on every instruction set, in fp32 and int8.
package struct Explainer: Sendable {
    package let classifier: ImageClassifier
    /// How images become the model's input.
    package let preprocessing: PreprocessingManifest
    private let source: any EvidenceSource

    /// Reads off the model what evidence needs.
    /// - Throws: ``ModelError/noEvidence(reason:)`` for a model whose logits cannot be shared out.
    package init(_ classifier: ImageClassifier) throws(ModelError) {
        self.classifier = classifier
        guard case .image(let manifest) = classifier.model.input else {
            throw .noEvidence(reason: "the model takes no single images")
        }
        preprocessing = manifest
        switch classifier.model {
        case let model as ClipModel: source = try TransformerEvidence(model.vision)
        case let model as VisionModel: source = try TransformerEvidence(model.tower)
        case let model as DenseNetModel: source = DenseNetEvidence(model)
        default: throw .noEvidence(reason: "the model's family is not one that can be explained")
        }
    }

    /// Side of a patch in pixels of the model's input.
    package var patchSize: Int { source.patchSize }

    /// Shares out the logits of findings for one image.
    /// - Parameter image: the model's input, preprocessed, [channels, imageSize, imageSize].
    package func explain(
        _ image: [Float], _ readouts: [LogitReadout]
    ) throws(ModelError) -> [Evidence] {
        try BufferSize.check(
            "an image", expected: (1, classifier.model.imagePixels), found: image.count)
        let traced = image.withUnsafeBufferPointer { image in
            Result { () throws(ModelError) in try source.trace(image) }
        }
        let trace = try traced.get()
        let results = trace.embedding.withUnsafeBufferPointer { embedding in
            Result { () throws(ModelError) in try classifier.results(embedding, count: 1) }
        }
        let result = try results.get()[0]
        var out: [Evidence] = []
        for readout in readouts {
            guard let score = readout.score(result) else {
                throw .noEvidence(reason: "the model gives no score for that finding")
            }
            let parts = trace.parts(of: readout)
            guard (parts.shares + parts.terms.map(\.value)).allSatisfy(\.isFinite) else {
                throw .noEvidence(reason: "the model's numbers for that image are not finite")
            }
            out.append(
                Evidence(
                    code: readout.code, side: source.side, shares: parts.shares,
                    terms: parts.terms, layers: source.layers, score: score,
                    abstentions: (result.isOutsideDomain ? [DomainAdapter.flag] : [])
                        + (result.refusal.map { [$0.rawValue] } ?? [])))
        }
        return out
    }

    /// A finding's score with some patches replaced by the mean of the image's pixels, channel by
    /// channel.
    /// - Parameters:
    ///   - image: as of ``explain(_:_:)``.
    ///   - patches: indices into ``Evidence/shares``.
    package func score(
        _ image: [Float], without patches: [Int], _ readout: LogitReadout
    ) throws(ModelError) -> EvidenceScore {
        let size = preprocessing.width
        var image = image
        for first in stride(from: 0, to: image.count, by: max(size * size, 1)) {
            let plane = image[first..<min(first + size * size, image.count)]
            let mean = Float(plane.reduce(0) { $0 + Double($1) } / Double(plane.count))
            for patch in patches where (0..<source.side * source.side).contains(patch) {
                let (top, left) = (patch / source.side * patchSize, patch % source.side * patchSize)
                for row in top..<top + patchSize {
                    let start = first + row * size + left
                    for place in start..<start + patchSize { image[place] = mean }
                }
            }
        }
        let results = image.withUnsafeBufferPointer { image in
            Result { () throws(ModelError) in try classifier.classify(images: image, count: 1) }
        }
        guard let score = readout.score(try results.get()[0]) else {
            throw .noEvidence(reason: "the model gives no score for that finding")
        }
        return score
    }
}

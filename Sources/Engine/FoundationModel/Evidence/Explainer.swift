package import Imaging
package import VigilCore

/// Tells which parts of an image made a finding's score.
///
/// Safe to use from several threads. What it says of an image has the same bits for any number of
/// threads and on every instruction set, in fp32 and int8.
package struct Explainer: Sendable {
    package let classifier: ImageClassifier
    private let source: any EvidenceSource

    /// Reads off the model what evidence needs.
    /// - Throws: ``ModelError/noEvidence(reason:)`` for a model whose logits cannot be shared out.
    package init(_ classifier: ImageClassifier) throws(ModelError) {
        self.classifier = classifier
        source = try Self.source(classifier)
    }

    private static func source(
        _ classifier: ImageClassifier
    ) throws(ModelError) -> any EvidenceSource {
        switch classifier.model {
        case let model as ClipModel: return try TransformerEvidence(model.vision, of: model)
        case let model as VisionModel: return try TransformerEvidence(model.tower, of: model)
        case let model as DenseNetModel: return DenseNetEvidence(model: model)
        case let model as VolumeModel: return VolumeEvidence(model: model)
        case let model as EnsembleEncoder:
            var members: [any EvidenceSource] = []
            for member in classifier.members { members.append(try source(member)) }
            return try EnsembleEvidence(model, members)
        default: throw .noEvidence(reason: "the model's family is not one that can be explained")
        }
    }

    /// How single images become the model's input.
    /// - Throws: ``ModelError/noEvidence(reason:)`` of a model of volumes.
    package func imageManifest() throws(ModelError) -> PreprocessingManifest {
        guard case .image(let manifest) = classifier.model.input else {
            throw .noEvidence(reason: "the model takes volumes, not single images")
        }
        return manifest
    }

    /// The patches that images are cut into.
    package var grid: EvidenceGrid { source.grid }

    /// Side of a patch in pixels of the model's input; of volumes nothing.
    package var patchSize: Int {
        guard case .image(let manifest) = classifier.model.input else { return 0 }
        return manifest.width / max(source.grid.columns, 1)
    }

    /// Computes what of a finding's evidence hangs on no image, once for all of them.
    package func prepare(_ readout: LogitReadout) -> PreparedReadout { source.prepare(readout) }

    /// Encodes images as the model does, bit for bit, and keeps what evidence needs of the first
    /// ones, as far as ``tracesMax`` reaches.
    ///
    /// - Parameters:
    ///   - images: [count, imagePixels] f32, preprocessed; borrowed for the call.
    ///   - betweenLayers: see ``PixelEncoder``.
    package func encode(
        _ images: UnsafeBufferPointer<Float>, count: Int,
        betweenLayers: (() throws(ModelError) -> Void)? = nil
    ) throws(ModelError) -> (embeddings: [Float], traces: [ImageTrace]) {
        let width = classifier.model.embeddingWidth
        let bytes = max(source.traceBytes, 1)
        var out = [Float](repeating: 0, count: max(count, 0) * width)
        let traced = out.withUnsafeMutableBufferPointer { out in
            Result { () throws(ModelError) in
                try source.encode(
                    images: images, count: count, into: out, traced: Self.tracesMax / bytes,
                    betweenLayers: betweenLayers)
            }
        }
        return (out, try traced.get().map { ImageTrace(trace: $0, bytes: bytes) })
    }

    /// The most bytes of traces that are kept of one batch: a batch of eight of the largest models.
    package static let tracesMax = 64 << 20

    /// Shares out a finding's logit for one image.
    ///
    /// - Parameters:
    ///   - readout: of this explainer.
    ///   - trace: of this explainer, of the image.
    ///   - result: what the model says of it.
    /// - Throws: ``ModelError/noEvidence(reason:)`` where the parts are no numbers.
    package func evidence(
        _ readout: PreparedReadout, _ trace: ImageTrace, of result: ImageResult
    ) throws(ModelError) -> Evidence {
        guard let score = readout.readout.score(result) else {
            throw .noEvidence(reason: "the model gives no score for that finding")
        }
        let parts = trace.trace.parts(of: readout)
        guard (parts.shares + parts.terms.map(\.share)).allSatisfy(\.isFinite) else {
            throw .noEvidence(reason: "the model's numbers for that image are not finite")
        }
        return Evidence(
            code: readout.readout.code, grid: source.grid, shares: parts.shares,
            terms: parts.terms, layers: source.layers, score: score,
            abstentions: (result.isOutsideDomain ? [DomainAdapter.flag] : [])
                + (result.refusal.map { [$0.rawValue] } ?? []))
    }

    /// Runs one image and keeps its trace.
    /// - Parameter image: the model's input, preprocessed, [imagePixels].
    package func trace(
        _ image: [Float]
    ) throws(ModelError) -> (trace: ImageTrace, result: ImageResult) {
        try BufferSize.check(
            "an image", expected: (1, classifier.model.imagePixels), found: image.count)
        let encoded = image.withUnsafeBufferPointer { image in
            Result { () throws(ModelError) in try encode(image, count: 1) }
        }
        let (embedding, traces) = try encoded.get()
        let results = embedding.withUnsafeBufferPointer { embedding in
            Result { () throws(ModelError) in try classifier.results(embedding, count: 1) }
        }
        return (traces[0], try results.get()[0])
    }

    /// Runs one image and shares out the logits of findings.
    /// - Parameter image: as of ``trace(_:)``.
    package func explain(
        _ image: [Float], _ readouts: [LogitReadout]
    ) throws(ModelError) -> [Evidence] {
        let (trace, result) = try trace(image)
        var out: [Evidence] = []
        for readout in readouts { out.append(try evidence(prepare(readout), trace, of: result)) }
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
        let size = try imageManifest().width
        var image = image
        for first in stride(from: 0, to: image.count, by: max(size * size, 1)) {
            let plane = image[first..<min(first + size * size, image.count)]
            let mean = Float(plane.reduce(0) { $0 + Double($1) } / Double(plane.count))
            for patch in patches where (0..<grid.count).contains(patch) {
                let (top, left) = (
                    patch / grid.columns * patchSize, patch % grid.columns * patchSize
                )
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

/// One image's way through a model, kept for evidence. Used by one thread at a time.
package struct ImageTrace {
    let trace: any EvidenceTrace
    /// The memory that it takes.
    package let bytes: Int
}

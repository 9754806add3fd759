package import Tensor
package import VigilCore

/// The score of one finding for one image.
package struct FindingScore: Sendable, Hashable {
    /// Index into the prompt set's findings.
    package let finding: Int
    package let code: String
    /// Cosine of the image with the positive and with the negative prompts' mean direction; NaN of
    /// a head without prompts.
    package let positiveCosine: Float
    package let negativeCosine: Float
    /// The logit of `probability`, before any calibration: scale * (positive - negative), or of a
    /// model with a sigmoid scale * positive + bias; of a classifier its output.
    package let logitDifference: Float
    /// The softmax's share of the positive side, or the sigmoid, 0…1, before any calibration but
    /// the one that is published with a classifier's weights.
    package let probability: Float
}

/// Zero-shot scoring by pairs of prompts: for each finding a softmax over the cosines with its
/// positive and its negative prompts, or of a model that was trained with a sigmoid, that of the
/// positive ones' cosine. An ensemble of prompts is averaged, then brought to length 1.
package struct ZeroShotHead: ScoringHead {
    package let prompts: PromptSet
    /// Digest of the prompt set.
    package let digest: Digest
    /// How cosines become scores.
    package let rule: ScoreRule
    private let engine: Engine
    private let width: Int
    /// Unit vectors, [findings, 2, width]: positive, negative.
    private let directions: [Float]

    /// Embeds the prompts, or reads their directions from the cache. The text tower is let go
    /// afterwards.
    /// - Parameters:
    ///   - cacheDirectory: root of the cache; nil: none.
    ///   - onCacheFault: told when the directions could not be kept there.
    package init(
        model: ClipModel, prompts: PromptSet, cacheDirectory: String? = nil,
        onCacheFault: CacheFault.Listener = { _ in }
    ) throws(ModelError) {
        self.prompts = prompts
        digest = prompts.digest
        engine = model.engine
        width = model.embeddingWidth
        rule = ScoreRule(
            scale: prompts.logitScale.map { Float($0) } ?? model.logitScale,
            bias: model.logitBias)
        let count = prompts.findings.count * 2 * width
        // Text runs in fp32, which gives the same bits with every kernel: no further key.
        let fields = [model.identity.encoderDigest.hex, prompts.digest.hex]
        let cache = cacheDirectory.map {
            CacheFile(directory: $0, kind: "text-1", fields: fields)
        }
        if let stored = cache?.read(), stored.bytes.count >= count * 4 {
            directions = (0..<count).map {
                Float(
                    bitPattern: stored.bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
            }
            return
        }
        let embeddings = try model.encode(text: prompts.prompts)
        model.releaseText()
        let directions = Self.directions(embeddings, prompts, width: width, engine: engine)
        self.directions = directions
        if let cache {
            _ = directions.withUnsafeBytes { cache.write([$0], onFault: onCacheFault) }
        }
    }

    /// The scores of one image, in the order of the prompt set.
    /// - Parameter embedding: [width], a unit vector.
    package func scores(_ embedding: UnsafeBufferPointer<Float>) throws(ModelError)
        -> [FindingScore]
    {
        guard embedding.count == width, let image = embedding.baseAddress else {
            throw .wrongSize(what: "an embedding", expected: width, found: embedding.count)
        }
        return directions.withUnsafeBufferPointer { directions in
            prompts.findings.indices.map { index in
                guard let base = directions.baseAddress else { return score(index, 0, 0) }
                let positive = base + 2 * index * width
                return score(
                    index, engine.dot(image, positive, count: width),
                    engine.dot(image, positive + width, count: width))
            }
        }
    }

    /// A finding's logit as a linear function of the embedding; nil of a code that is not asked.
    func linearRow(_ code: String) -> LinearRow? {
        guard let index = prompts.findings.firstIndex(where: { $0.code == code }) else {
            return nil
        }
        return directions.withUnsafeBufferPointer { directions in
            directions.baseAddress.map {
                let positive = $0 + 2 * index * width
                return rule.row(positive: positive, negative: positive + width, width: width)
            }
        }
    }

    private func score(_ index: Int, _ positive: Float, _ negative: Float) -> FindingScore {
        let score = rule.score(positive: positive, negative: negative, engine: engine)
        return FindingScore(
            finding: index, code: prompts.findings[index].code, positiveCosine: positive,
            negativeCosine: negative, logitDifference: score.logit, probability: score.probability)
    }

    private static func directions(
        _ embeddings: [[Float]], _ prompts: PromptSet, width: Int, engine: Engine
    ) -> [Float] {
        var directions: [Float] = []
        var rest = embeddings[...]
        for finding in prompts.findings {
            for count in [finding.positive.count, finding.negative.count] {
                var sum = [Float](repeating: 0, count: width)
                for embedding in rest.prefix(count) {
                    for column in 0..<width { sum[column] += embedding[column] }
                }
                rest = rest.dropFirst(count)
                directions += sum.map { $0 / Float(count) }
            }
        }
        directions.withUnsafeMutableBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            engine.l2Normalize(base, into: base, rows: rows.count / width, width: width)
        }
        return directions
    }
}

/// How cosines become a logit: by a softmax over a positive and a negative side, or, for a model
/// that was trained with it, by a sigmoid.
package struct ScoreRule: Sendable, Hashable {
    /// The factor on cosines.
    package let scale: Float
    /// What is added to the scaled cosine before a sigmoid; nil: a softmax scores.
    package let bias: Float?

    /// - Parameters:
    ///   - scale: finite.
    ///   - bias: nil: softmax.
    package init(scale: Float, bias: Float?) {
        self.scale = scale
        self.bias = bias
    }

    /// The logit and the probability of what the positive side says.
    /// - Parameters:
    ///   - positive: cosine of the image with the positive side.
    ///   - negative: cosine with the negative side, which a sigmoid does not ask for.
    ///   - engine: computes the exponentials, so that bits are the same on every machine.
    package func score(
        positive: Float, negative: Float, engine: Engine
    ) -> (logit: Float, probability: Float) {
        // A sigmoid of x is the softmax's first share of (x, 0).
        var logits: [Float] = [scale * positive, scale * negative]
        if let bias { logits = [scale * positive + bias, 0] }
        let logit = bias == nil ? scale * (positive - negative) : logits[0]
        logits.withUnsafeMutableBufferPointer { logits in
            if let base = logits.baseAddress { engine.softmax(base, rows: 1, width: 2) }
        }
        return (logit, logits[0])
    }
}

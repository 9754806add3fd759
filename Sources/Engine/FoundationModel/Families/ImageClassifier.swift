package import Imaging
package import VigilCore

/// What a model says of one image.
package struct ImageResult: Sendable, Hashable {
    /// Unit vector, [embedding width].
    package let embedding: [Float]
    /// SHA-256 over the embedding's bits (``EmbeddingDigest``).
    package let digest: Digest
    /// One score a finding of the prompt set, in its order; empty without a head.
    package let scores: [FindingScore]
    /// One score a label of each head, heads in order.
    package var headScores: [HeadScore] = []
    /// Whether the embedding lies outside what the model was trained on, as far as a domain says.
    package var isOutsideDomain = false
    /// Why nothing may be said of the image, as far as a gate knows; nil: it may.
    package var refusal: Finding.Abstention?

    /// The same without its largest part, where many results are kept.
    package var withoutEmbedding: ImageResult {
        ImageResult(
            embedding: [], digest: digest, scores: scores, headScores: headScores,
            isOutsideDomain: isOutsideDomain, refusal: refusal)
    }
}

/// The digest of an embedding.
package enum EmbeddingDigest {
    /// SHA-256 over the floats' bits, little-endian, one after another.
    package static func of(_ floats: UnsafeBufferPointer<Float>) -> Digest {
        var hasher = DigestHasher()
        // Every platform that we build for is little-endian.
        hasher.update(UnsafeRawBufferPointer(floats))
        return hasher.finish()
    }
}

/// A model with a head: preprocessed images in, embeddings, digests and scores out.
package struct ImageClassifier: Sendable {
    package let model: any PixelEncoder
    /// nil: embeddings only.
    package let head: ZeroShotHead?
    /// The classifier that the model was published with; nil: none.
    package let labels: LabelHead?
    /// Probes and MLPs; they share the encoder's pass.
    package let heads: [AdapterHead]
    /// What became of the known answer; nil: nobody asked.
    package private(set) var answer: ModelVerification.AnswerState?
    private let domains: [DomainAdapter]
    private let gates: [ImageGate]
    /// Averages over several models; nil of one.
    private let ensemble: EnsembleHead?
    /// Those; none of one.
    let members: [ImageClassifier]

    /// Puts a model and its heads together.
    package init(
        model: any PixelEncoder, head: ZeroShotHead?, labels: LabelHead? = nil,
        heads: [AdapterHead] = [], domains: [DomainAdapter] = [], gates: [ImageGate] = []
    ) {
        self.model = model
        self.head = head
        self.labels = labels
        self.heads = heads
        self.domains = domains
        self.gates = gates
        ensemble = nil
        members = []
    }

    /// Averages over members of one input and with heads of the same findings.
    /// - Parameter first: one of them, whose prompts and labels are told.
    init(members: [ImageClassifier], first: ImageClassifier) {
        model = EnsembleEncoder(members.map(\.model), first: first.model)
        head = first.head
        labels = first.labels
        heads = []
        domains = []
        gates = []
        self.members = members
        answer = members.contains { $0.answer == .notRecorded } ? .notRecorded : first.answer
        ensemble = EnsembleHead(
            members.compactMap { member in
                member.scoring.map { ($0, member.model.embeddingWidth) }
            })
    }

    /// Puts a model together with a head and with those of its adapters.
    package init(
        model: any PixelEncoder, head: ZeroShotHead?, labels: LabelHead? = nil,
        adapters: AdapterSet
    ) throws(ModelError) {
        var heads: [AdapterHead] = []
        for adapter in adapters.heads { heads.append(try AdapterHead(adapter, for: model)) }
        for domain in adapters.domains {
            try domain.metadata.check(model, width: domain.width)
        }
        var gates: [ImageGate] = []
        for adapter in adapters.gates { gates.append(try ImageGate(adapter, for: model)) }
        self.init(
            model: model, head: head, labels: labels, heads: heads, domains: adapters.domains,
            gates: gates)
    }

    /// Puts a loaded model together with its prompts, where it has texts, and its adapters' heads.
    ///
    /// - Throws: ``ModelError/noImages(family:)`` for a model of texts alone.
    package init(
        _ loaded: FoundationModelLoader.Loaded, directory: String, options: ModelOptions
    ) throws(ModelError) {
        guard let pixels = loaded.pixels else {
            throw .noImages(family: SafeText(operatorProvided: loaded.identity.family))
        }
        var head: ZeroShotHead?
        if case .pair(let model) = loaded, model.hasText {
            head = try ZeroShotHead(
                model: model, prompts: PromptSet.read(modelDirectory: directory),
                cacheDirectory: options.cacheDirectory, onCacheFault: options.onCacheFault)
        }
        try self.init(
            model: pixels, head: head, labels: loaded.labels, adapters: options.adapters)
    }

    /// Loads a model of images or volumes with its prompts, where it has texts, and its adapters'
    /// heads.
    package static func load(
        directory: String, options: ModelOptions
    ) throws(ModelError) -> ImageClassifier {
        let loaded = try FoundationModelLoader.load(directory: directory, options: options)
        var answer: ModelVerification.AnswerState?
        if options.checksAnswer {
            answer = try ModelVerification.check(loaded, directory: directory, options: options)
        }
        var classifier = try ImageClassifier(loaded, directory: directory, options: options)
        classifier.answer = answer
        return classifier
    }

    /// Encodes and scores images.
    ///
    /// - Parameters:
    ///   - images: [count, channels, imageSize, imageSize] f32, preprocessed; borrowed for the
    ///     call.
    ///   - count: images, 0 or more.
    ///   - betweenLayers: see ``PixelEncoder``.
    package func classify(
        images: UnsafeBufferPointer<Float>, count: Int,
        betweenLayers: (() throws(ModelError) -> Void)? = nil
    ) throws(ModelError) -> [ImageResult] {
        let embeddings = try model.encode(images, count: count, betweenLayers: betweenLayers)
        let result = embeddings.withUnsafeBufferPointer { embeddings in
            Result { () throws(ModelError) in try results(embeddings, count: count) }
        }
        return try result.get()
    }

    /// What scores an embedding besides adapters.
    private var scoring: (any ScoringHead)? { ensemble ?? head ?? labels }

    /// Digests and scores of embeddings, [count, embedding width].
    package func results(
        _ embeddings: UnsafeBufferPointer<Float>, count: Int
    ) throws(ModelError) -> [ImageResult] {
        let width = model.embeddingWidth
        var results: [ImageResult] = []
        for index in 0..<count {
            let embedding = UnsafeBufferPointer(
                rebasing: embeddings[index * width..<(index + 1) * width])
            results.append(
                ImageResult(
                    embedding: Array(embedding), digest: EmbeddingDigest.of(embedding),
                    scores: try scoring?.scores(embedding) ?? [],
                    isOutsideDomain: domains.contains { $0.isOutside(embedding) }))
        }
        for (place, head) in heads.enumerated() {
            let scores = try head.scores(embeddings, count: count, index: place)
            for index in results.indices { results[index].headScores += scores[index] }
        }
        for gate in gates {
            for (index, refusal) in try gate.refusals(embeddings, count: count).enumerated() {
                results[index].refusal = results[index].refusal ?? refusal
            }
        }
        return results
    }

    /// Preprocesses, encodes and scores decoded images, `batch` at a time.
    /// - Parameter batch: images in memory at once, 1 or more.
    package func classify(
        _ images: [GreyImage], batch: Int = 8
    ) throws(ModelError) -> [ImageResult] {
        guard case .image(let manifest) = model.input else {
            throw .noImages(family: SafeText(operatorProvided: model.identity.family))
        }
        let preprocessor = Preprocessor(manifest)
        let pixels = model.imagePixels
        let size = max(1, min(batch, images.count))
        let tensors = UnsafeMutableBufferPointer<Float>.allocate(capacity: size * pixels)
        defer { tensors.deallocate() }
        tensors.initialize(repeating: 0)
        var results: [ImageResult] = []
        for first in stride(from: 0, to: images.count, by: size) {
            let part = images[first..<min(first + size, images.count)]
            for (index, image) in part.enumerated() {
                let slot = tensors[index * pixels..<(index + 1) * pixels]
                guard preprocessor.apply(image, into: UnsafeMutableBufferPointer(rebasing: slot))
                else {
                    throw .wrongSize(
                        what: "an image's tensor", expected: manifest.tensorCount,
                        found: pixels)
                }
            }
            let filled = tensors[..<(part.count * pixels)]
            results += try classify(
                images: UnsafeBufferPointer(rebasing: filled), count: part.count)
        }
        return results
    }
}

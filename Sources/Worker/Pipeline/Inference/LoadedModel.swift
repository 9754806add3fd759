internal import Energy
internal import FoundationModel
internal import Imaging
internal import Triage
internal import VigilCore

/// A model as it runs here, with its heads, its prompts embedded and its first pass behind it.
struct LoadedModel: Sendable {
    /// Where its files stand, for errors.
    let directory: String
    let classifier: ImageClassifier
    let identity: ModelIdentity
    /// How studies become the model's input.
    let input: InputManifest
    /// Arithmetic, kernels and threads in force.
    let runtime: ModelRuntime
    /// What a run on blank images cost.
    let blankCost: StudyCost
    let cache: EmbeddingCache?

    /// The codes of the findings that it is asked for.
    var asked: [String] { classifier.questions(directory: directory).map(\.code) }

    /// Where a model's files stand.
    struct Place {
        let directory: String
        var ensemble: [String] = []
        var adapters: [String] = []
        /// Where embeddings are kept; nil: nowhere.
        var embeddings: (directory: String, bytesMax: Int)?
    }

    /// - Parameters:
    ///   - images: how many a batch holds at most.
    ///   - onCacheFault: told of embeddings that could not be kept.
    init(
        _ place: Place, options: ModelOptions, images: (InputManifest) -> Int,
        meter: any EnergyMeter, onCacheFault: @escaping CacheFault.Listener
    ) throws {
        directory = place.directory
        var options = options
        options.adapters = try AdapterSet(
            paths: place.adapters, modelDirectory: place.directory)
        classifier = try ImageClassifier.load(
            directory: place.directory, ensemble: place.ensemble, options: options)
        let model = classifier.model
        guard classifier.head != nil || classifier.labels != nil || !classifier.heads.isEmpty else {
            throw ModelError.noHead(
                family: SafeText(operatorProvided: model.identity.family))
        }
        identity = model.identity
        input = model.input
        runtime = model.runtime
        cache = place.embeddings.map {
            EmbeddingCache(
                directory: $0.directory, bytesMax: $0.bytesMax, model: model,
                onFault: onCacheFault)
        }
        blankCost = try Self.runBlank(model, images: images(input), meter)
    }

    /// What a batch of blank images costs. The first pass of a shape takes its memory; no study
    /// should wait for that.
    private static func runBlank(
        _ model: any PixelEncoder, images count: Int, _ meter: any EnergyMeter
    ) throws -> StudyCost {
        let blank = [Float](repeating: 0, count: model.input.tensorCount)
        let images = Array(repeating: blank, count: count)
        _ = try model.encode(images: images)
        let mark = meter.begin()
        _ = try model.encode(images: images)
        return StudyCost(inference: meter.end(mark).reading, work: Double(count))
    }

    /// What a model says of images.
    struct Answers {
        let results: [ImageResult]
        /// What evidence needs of each; nil where it is not kept.
        let traces: [ImageTrace?]
        /// The encoder's processor time, without what ran between its layers.
        let processor: Duration
    }

    /// Encodes what is not known, and scores all.
    /// - Parameter explainer: keeps traces; nil: nobody asks for evidence.
    func classify(
        _ images: [PreparedSlice.Image], _ known: KnownEmbeddings, explainer: Explainer?,
        betweenLayers: @escaping () -> Void
    ) throws(ModelError) -> Answers {
        let tensors = images.indices.filter { known[$0] == nil }.map { images[$0].tensor }
        let (pixels, width) = (input.tensorCount, classifier.model.embeddingWidth)
        let flat = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensors.count * pixels)
        defer { flat.deallocate() }
        for (index, tensor) in tensors.enumerated() {
            let slot = flat[(index * pixels)..<((index + 1) * pixels)]
            _ = UnsafeMutableBufferPointer(rebasing: slot).initialize(fromContentsOf: tensor)
        }
        let model = classifier.model
        var begun = model.processorTime()
        let (encoded, traced) = try encode(
            UnsafeBufferPointer(flat), count: tensors.count, explainer
        ) { () throws(ModelError) in
            let before = model.processorTime()
            betweenLayers()
            begun += model.processorTime() - before
        }
        let processor = model.processorTime() - begun
        var embeddings: [Float] = []
        var traces: [ImageTrace?] = []
        embeddings.reserveCapacity(images.count * width)
        var next = 0
        for index in images.indices {
            if let embedding = known[index]?.embedding {
                embeddings += embedding
                traces.append(nil)
            } else {
                embeddings += encoded[next * width..<(next + 1) * width]
                traces.append(next < traced.count ? traced[next] : nil)
                next += 1
            }
        }
        let result = embeddings.withUnsafeBufferPointer { embeddings in
            Result { () throws(ModelError) in
                try classifier.results(embeddings, count: images.count)
            }
        }
        return Answers(results: try result.get(), traces: traces, processor: processor)
    }

    private func encode(
        _ images: UnsafeBufferPointer<Float>, count: Int, _ explainer: Explainer?,
        betweenLayers: @escaping () throws(ModelError) -> Void
    ) throws(ModelError) -> (embeddings: [Float], traces: [ImageTrace]) {
        guard let explainer else {
            let embeddings = try classifier.model.encode(
                images, count: count, betweenLayers: betweenLayers)
            return (embeddings, [])
        }
        return try explainer.encode(images, count: count, betweenLayers: betweenLayers)
    }
}

extension StudyCost {
    /// The cost of work by the readings of its stages.
    init(decode: EnergyReading? = nil, inference: EnergyReading, work: Double) {
        let parts = [decode, inference].compactMap { $0 }
        self.init(
            energy: StageEnergy(
                decode: decode?.joules.value ?? 0, inference: inference.joules.value),
            low: parts.reduce(0) { $0 + $1.low.value },
            high: parts.reduce(0) { $0 + $1.high.value }, work: work, method: inference.method,
            zones: inference.zones)
    }
}

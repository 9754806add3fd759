package import Imaging
internal import Synchronization
package import Tensor
internal import Tokenizers
internal import VigilCore
internal import Weights

/// A CLIP model that is ready to run: images and texts to unit vectors of one space.
///
/// Safe to use from several threads; the operations of one engine take turns. A result's bits do
/// not depend on the batch, on the place in it or on the number of threads.
package final class ClipModel: Sendable {
    /// What the model is; findings carry it.
    package let identity: ModelIdentity
    /// The sizes of both towers.
    package let configuration: ClipConfiguration
    /// How images become the model's input.
    package let preprocessing: PreprocessingManifest
    /// The arithmetic of the vision tower; never ``Precision/auto``.
    package let precision: Precision
    /// The factor on cosines before a softmax: exp of the model's `logit_scale`.
    package let logitScale: Float
    /// Runs every operation of this model.
    package let engine: Engine
    /// How loading went.
    package let report: LoadReport

    private let vision: VisionTower
    private let tokenizer: ClipTokenizer?
    private let text: Mutex<TextTower?>
    private let makeText: @Sendable (Engine) throws(ModelError) -> TextTower

    init(
        identity: ModelIdentity, parts: ClipParts, vision: VisionTower, precision: Precision,
        engine: Engine, report: LoadReport,
        makeText: @escaping @Sendable (Engine) throws(ModelError) -> TextTower
    ) {
        self.identity = identity
        configuration = parts.configuration
        preprocessing = parts.preprocessing
        logitScale = parts.logitScale
        tokenizer = parts.tokenizer
        self.vision = vision
        self.precision = precision
        self.engine = engine
        self.report = report
        self.makeText = makeText
        text = Mutex(nil)
    }

    /// Side of the square input image in pixels.
    package var imageSize: Int { configuration.vision.imageSize }
    /// Floats of one input image.
    package var imagePixels: Int { configuration.vision.imagePixels }
    /// Columns of an embedding.
    package var embeddingWidth: Int { configuration.embeddingWidth }
    /// The most images that one ``ForwardPass`` takes.
    package var imagesPerPass: Int { vision.imagesPerPass }
    /// Whether the model has a tokenizer, so that ``encode(text:)`` works.
    package var hasText: Bool { tokenizer != nil }

    /// Encodes images of any number.
    ///
    /// - Parameters:
    ///   - images: [count, channels, imageSize, imageSize] f32, preprocessed; borrowed for the
    ///     call.
    ///   - count: images, 0 or more.
    ///   - out: [count, embeddingWidth] f32, unit vectors.
    ///   - betweenLayers: called after each layer but the last; may encode an urgent batch with
    ///     this model, which changes no bit of this batch.
    package func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        betweenLayers: (() throws(ModelError) -> Void)? = nil
    ) throws(ModelError) {
        try Self.check("images", expected: (count, imagePixels), found: images.count)
        try Self.check("embeddings", expected: (count, embeddingWidth), found: out.count)
        var first = 0
        while first < count {
            let part = min(imagesPerPass, count - first)
            var pass = try beginPass(
                images: UnsafeBufferPointer(rebasing: images[(first * imagePixels)...]),
                count: part,
                into: UnsafeMutableBufferPointer(rebasing: out[(first * embeddingWidth)...]))
            first += part
            while pass.remaining > 0 {
                do throws(TensorError) { try pass.step() } catch { throw .tensor(error) }
                if pass.remaining > 0 || first < count { try betweenLayers?() }
            }
        }
    }

    /// Begins a pass that the caller drives layer by layer.
    ///
    /// - Parameters:
    ///   - images: at least [count, channels, imageSize, imageSize] f32; borrowed until the first
    ///     step.
    ///   - count: at most ``imagesPerPass``.
    ///   - out: at least [count, embeddingWidth] f32; borrowed until the last step.
    package func beginPass(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) -> ForwardPass {
        guard (0...imagesPerPass).contains(count), let from = images.baseAddress,
            let to = out.baseAddress, images.count >= count * imagePixels,
            out.count >= count * embeddingWidth
        else { throw .wrongSize(what: "a pass", expected: imagesPerPass, found: count) }
        do throws(TensorError) {
            return try vision.pass(images: from, count: count, into: to)
        } catch { throw .tensor(error) }
    }

    /// Encodes images that are held in arrays, one array an image.
    package func encode(images: [[Float]]) throws(ModelError) -> [[Float]] {
        let flat = images.flatMap { $0 }
        var out = [Float](repeating: 0, count: images.count * embeddingWidth)
        let result = flat.withUnsafeBufferPointer { from in
            out.withUnsafeMutableBufferPointer { to in
                Result { () throws(ModelError) in
                    try encode(images: from, count: images.count, into: to)
                }
            }
        }
        try result.get()
        return Self.rows(out, width: embeddingWidth)
    }

    /// Encodes texts: a unit vector of [embeddingWidth] for each.
    package func encode(text texts: [String]) throws(ModelError) -> [[Float]] {
        guard let tokenizer else { throw .noText }
        var sequences: [[Int32]] = []
        for text in texts {
            do throws(TokenizersError) {
                sequences.append(
                    try tokenizer.encode(
                        text, contextLength: configuration.text.contextLength))
            } catch { throw .tokenizer(error) }
        }
        return try encode(tokens: sequences)
    }

    /// Encodes token sequences, each with its start and end token, not padded.
    package func encode(tokens sequences: [[Int32]]) throws(ModelError) -> [[Float]] {
        for sequence in sequences { try check(sequence) }
        let tower = try textTower()
        var out = [Float](repeating: 0, count: sequences.count * embeddingWidth)
        let result = out.withUnsafeMutableBufferPointer { to in
            Result { () throws(TensorError) in
                guard let base = to.baseAddress else { return }
                for first in stride(
                    from: 0, to: sequences.count, by: TextTower.sequencesPerPass)
                {
                    let last = min(first + TextTower.sequencesPerPass, sequences.count)
                    var pass = try tower.pass(
                        sequences[first..<last], into: base + first * embeddingWidth)
                    while pass.remaining > 0 { try pass.step() }
                }
            }
        }
        do throws(TensorError) { try result.get() } catch { throw .tensor(error) }
        return Self.rows(out, width: embeddingWidth)
    }

    /// Gives the text tower's memory back; it is loaded again when the next text comes.
    package func releaseText() {
        text.withLock { $0 = nil }
    }

    /// Refuses a sequence that has no end token or names a token that there is not.
    private func check(_ sequence: [Int32]) throws(ModelError) {
        let text = configuration.text
        let kept = sequence.prefix(text.contextLength)
        guard text.pooledPosition(of: kept) != nil else {
            throw .wrongTokenizer(expected: "an end token", found: "none")
        }
        guard let strange = kept.first(where: { $0 < 0 || $0 >= text.vocabularySize }) else {
            return
        }
        throw .wrongTokenizer(
            expected: "ids below \(text.vocabularySize)", found: "\(Int(strange))")
    }

    private func textTower() throws(ModelError) -> TextTower {
        let result = text.withLock { tower in
            Result { () throws(ModelError) in
                if let tower { return tower }
                let loaded = try makeText(engine)
                tower = loaded
                return loaded
            }
        }
        return try result.get()
    }

    private static func rows(_ flat: [Float], width: Int) -> [[Float]] {
        stride(from: 0, to: flat.count, by: max(width, 1)).map { Array(flat[$0..<$0 + width]) }
    }

    private static func check(
        _ what: SafeText, expected: (Int, Int), found: Int
    ) throws(ModelError) {
        let (size, overflow) = expected.0.multipliedReportingOverflow(by: expected.1)
        guard expected.0 >= 0, !overflow, found == size else {
            throw .wrongSize(what: what, expected: overflow ? .max : size, found: found)
        }
    }
}

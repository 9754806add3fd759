internal import Tensor
internal import VigilCore

/// An image encoder that is cut before its last layers: the first part runs once for each image,
/// the rest as often as one likes. Each part's bits are those of a whole pass. fp32.
package final class SplitEncoder {
    /// The whole encoder.
    package let encoder: any ImageEncoder
    /// Layers after the cut.
    package let blocks: Int
    /// The layers after the cut as they are trained; nil: nobody asked.
    package let tail: EncoderTail?
    private let tower: VisionTower

    private init(
        _ encoder: any ImageEncoder, tower: VisionTower, blocks: Int, tail: EncoderTail?
    ) {
        self.encoder = encoder
        self.tower = tower
        self.blocks = blocks
        self.tail = tail
    }

    /// Loads a model's folder.
    ///
    /// - Parameters:
    ///   - lora: says where the cut is.
    ///   - options: in fp32; with the adapters that are to be merged.
    ///   - isTrained: whether the last layers are made ready for training.
    /// - Throws: ``ModelError/notTrainable(reason:)`` for a model without transformer layers for
    ///   images, or with fewer than asked for.
    package static func load(
        directory: String, lora: LoraOptions, options: ModelOptions, isTrained: Bool
    ) throws(ModelError) -> SplitEncoder {
        try ModelLoading.run(directory: directory, options: options) {
            (loading) throws(ModelError) in
            switch loading.family {
            case .clip, .siglip, .timmBert:
                let parts = try ClipParts(loading)
                let model = try ClipModel(loading, parts)
                return try SplitEncoder(
                    loading, model, model.vision, head: parts.configuration.visionHead,
                    names: parts.names.vision, lora: lora, isTrained: isTrained)
            case .dinov2:
                let model = try VisionModel(loading)
                return try SplitEncoder(
                    loading, model, model.tower, head: Dinov2.head,
                    names: Dinov2.names(model.configuration), lora: lora, isTrained: isTrained)
            case .densenet, .resnet3d, .bert:
                throw .notTrainable(
                    reason: "the family \(loading.family) has no transformer layers for images")
            }
        }
    }

    private convenience init(
        _ loading: ModelLoading, _ encoder: any ImageEncoder, _ tower: VisionTower,
        head: HeadConfiguration, names: VisionNames, lora: LoraOptions, isTrained: Bool
    ) throws(ModelError) {
        let layers = tower.configuration.encoder.layers
        guard (1...max(layers, 1)).contains(lora.blocks) else {
            throw .notTrainable(
                reason: "it has \(layers) transformer layers, where \(lora.blocks) are asked for")
        }
        var tail: EncoderTail?
        if isTrained {
            tail = try EncoderTail(
                source: loading.source, configuration: tower.configuration, head: head,
                names: names, blocks: lora.blocks, rank: lora.rank, scale: lora.scale,
                engine: encoder.engine)
        }
        self.init(encoder, tower: tower, blocks: lora.blocks, tail: tail)
    }

    /// Floats of an image's hidden state at the cut: tokens by width.
    package var hiddenCount: Int {
        tower.configuration.tokens * tower.configuration.encoder.width
    }

    private var layersBefore: Int { tower.layers - blocks }

    /// Encodes images and keeps what they are at the cut.
    ///
    /// - Parameters:
    ///   - images: [count, imagePixels] f32, preprocessed.
    ///   - count: at most the encoder's ``ImageEncoder/imagesPerPass``.
    ///   - hidden: [count, ``hiddenCount``].
    ///   - embeddings: [count, embeddingWidth].
    package func encode(
        images: UnsafeBufferPointer<Float>, count: Int,
        hidden: UnsafeMutableBufferPointer<Float>, embeddings: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) {
        try BufferSize.check("hidden", expected: (count, hiddenCount), found: hidden.count)
        var pass = try encoder.beginPass(images: images, count: count, into: embeddings)
        while pass.remaining > 0 {
            do throws(TensorError) { try pass.step() } catch { throw .tensor(error) }
            guard pass.completed == layersBefore + 1 else { continue }
            pass.withHiddenState(width: tower.configuration.encoder.width) { state in
                _ = hidden.update(fromContentsOf: state)
            }
        }
    }

    /// Embeddings of what images are at the cut.
    ///
    /// - Parameters:
    ///   - hidden: [count, ``hiddenCount``], as ``encode(images:count:hidden:embeddings:)`` of a
    ///     model with the same layers before the cut left it.
    ///   - count: at most the encoder's ``ImageEncoder/imagesPerPass``.
    ///   - embeddings: [count, embeddingWidth].
    package func finish(
        hidden: UnsafeBufferPointer<Float>, count: Int,
        into embeddings: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) {
        try BufferSize.check("hidden", expected: (count, hiddenCount), found: hidden.count)
        guard count <= encoder.imagesPerPass, embeddings.count >= count * encoder.embeddingWidth,
            let from = hidden.baseAddress, let out = embeddings.baseAddress
        else { throw .wrongSize(what: "a pass", expected: encoder.imagesPerPass, found: count) }
        do throws(TensorError) {
            var pass = try tower.resume(hidden: from, count: count, after: layersBefore, into: out)
            while pass.remaining > 0 { try pass.step() }
        } catch { throw .tensor(error) }
    }
}

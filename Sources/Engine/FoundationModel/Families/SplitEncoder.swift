package import Tensor
internal import VigilCore

/// The last layers of a vision tower with what follows them, for whoever trains them.
package struct LastLayers {
    /// The weights, with what adapters add to them.
    package let source: any WeightSource
    package let configuration: VisionConfiguration
    package let head: HeadConfiguration
    package let names: VisionNames
    package let engine: Engine
    /// How many layers there are after the cut.
    package let blocks: Int
}

/// An image encoder that is cut before its last layers: the first part runs once for each image,
/// the rest as often as one likes. Each part's bits are those of a whole pass. fp32.
package final class SplitEncoder {
    /// The whole encoder.
    package let encoder: any ImageEncoder
    /// Layers after the cut.
    package let blocks: Int
    private let tower: VisionTower

    private init(_ encoder: any ImageEncoder, _ tower: VisionTower, blocks: Int) {
        self.encoder = encoder
        self.tower = tower
        self.blocks = blocks
    }

    /// Loads a model's folder.
    ///
    /// - Parameters:
    ///   - blocks: how many layers come after the cut.
    ///   - options: in fp32; with the adapters that are to be merged.
    ///   - makeTail: makes something of the layers after the cut; their weights are there
    ///     meanwhile.
    /// - Throws: ``ModelError/notTrainable(reason:)`` for a model without transformer layers for
    ///   images, or with fewer than asked for.
    package static func load<Tail>(
        directory: String, blocks: Int, options: ModelOptions,
        _ makeTail: (LastLayers) throws(ModelError) -> Tail
    ) throws(ModelError) -> (SplitEncoder, Tail) {
        try ModelLoading.run(directory: directory, options: options) {
            (loading) throws(ModelError) in
            let (encoder, tower) = try trainable(loading)
            let layers = tower.configuration.encoder.layers
            guard (1...max(layers, 1)).contains(blocks) else {
                throw .notTrainable(
                    reason: "it has \(layers) transformer layers, where \(blocks) are asked for")
            }
            let tail = try makeTail(
                LastLayers(
                    source: loading.source, configuration: tower.configuration,
                    head: tower.headConfiguration, names: tower.names, engine: encoder.engine,
                    blocks: blocks))
            return (SplitEncoder(encoder, tower, blocks: blocks), tail)
        }
    }

    /// The model with its tower; one without transformer layers for images is not even loaded.
    private static func trainable(
        _ loading: ModelLoading
    ) throws(ModelError) -> (any ImageEncoder, VisionTower) {
        let families: Set<ModelFamily> = [.clip, .siglip, .timmBert, .dinov2]
        let isTrainable = families.contains(loading.family)
        switch isTrainable ? try FoundationModelLoader.Loaded(loading) : nil {
        case .pair(let model): return (model, model.vision)
        case .image(let model): return (model, model.tower)
        case .labels, .volume, .text, nil:
            throw .notTrainable(
                reason: "the family \(loading.family) has no transformer layers for images")
        }
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

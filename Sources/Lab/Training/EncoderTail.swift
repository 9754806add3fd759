package import FoundationModel
package import Tensor
internal import VigilCore
internal import Weights

/// The last layers of a vision tower with its pooling and its head, in a form that can be trained:
/// every matrix of the layers has a low-rank addition, all else stays as it is. fp32.
///
/// Not safe to use from two threads. No bit depends on the number of threads of the engine.
package final class EncoderTail {
    /// Floats of the hidden state of an image that comes in: tokens by width.
    package let hiddenCount: Int
    /// Columns of an embedding.
    package let embeddingWidth: Int
    /// The most images of one call.
    package let imagesMax: Int
    /// How many numbers are trained.
    package var parameterCount: Int { layout.count }
    let layout: ParameterLayout
    let engine: Engine
    private let blocks: [TrainableBlock]
    private let pool: TrainablePool?
    private let head: TrainableHead
    private let memory: TailScratch
    private let x: FloatBuffer
    private let offsets: AlignedBuffer<Int>

    /// Tokens of one call: enough that weights are reused, few enough that what the gradient needs
    /// stays small.
    private static let tokensMax = 1600

    /// - Parameters:
    ///   - blocks: how many layers, at most as many as there are.
    ///   - rank: columns between the two matrices of an addition.
    ///   - scale: what their product is multiplied with.
    package init(
        source: any WeightSource, configuration vision: VisionConfiguration,
        head: HeadConfiguration, names: VisionNames, blocks count: Int, rank: Int, scale: Float,
        engine: Engine
    ) throws(ModelError) {
        let encoder = vision.encoder
        imagesMax = max(1, Self.tokensMax / vision.tokens)
        let tail = TailLoader(
            loader: WeightLoader(source: source, pool: engine.pool), engine: engine,
            rows: imagesMax * vision.tokens, sequences: imagesMax, scale: scale)
        var layout: ParameterLayout? = ParameterLayout(rank: rank)
        var blocks: [TrainableBlock] = []
        for layer in encoder.layers - count..<encoder.layers {
            blocks.append(
                try TrainableBlock(
                    tail, names: names.layer.numbered(layer), configuration: encoder,
                    isPooled: layer == encoder.layers - 1 && vision.hasClassToken,
                    layout: &layout))
        }
        self.blocks = blocks
        self.layout = layout ?? ParameterLayout(rank: rank)
        if let pool = names.attentionPool {
            self.pool = try TrainablePool(
                tail, names: pool, norm: names.lastNorm, configuration: encoder)
        } else {
            pool = nil
        }
        self.head = try TrainableHead(
            tail, norm: pool == nil ? names.lastNorm : nil, names: names.head,
            configuration: head, encoder: encoder)
        memory = try TailScratch(tail, encoder, rank: rank)
        hiddenCount = vision.tokens * encoder.width
        embeddingWidth = head.embeddingWidth(of: encoder.width)
        self.engine = engine
        x = try tail.floats(tail.rows * encoder.width)
        do throws(TensorError) {
            offsets = try AlignedBuffer(count: imagesMax + 1)
        } catch { throw .tensor(error) }
        for image in 0...imagesMax { offsets.base[image] = image * vision.tokens }
    }

    /// Those of a model's folder, with the additions that the options ask for.
    package convenience init(_ layers: LastLayers, _ lora: LoraOptions) throws(ModelError) {
        try self.init(
            source: layers.source, configuration: layers.configuration, head: layers.head,
            names: layers.names, blocks: layers.blocks, rank: lora.rank, scale: lora.scale,
            engine: layers.engine)
    }

    /// Takes the additions as they stand among the parameters.
    func refresh(_ parameters: UnsafePointer<Float>) throws(TensorError) {
        for block in blocks { for matrix in block.matrices { try matrix.refresh(parameters) } }
    }

    /// Embeddings of hidden states.
    /// - Parameters:
    ///   - hidden: [count, ``hiddenCount``].
    ///   - count: at most ``imagesMax``.
    ///   - out: [count, embeddingWidth].
    func run(
        _ hidden: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        x.base.update(from: hidden, count: count * hiddenCount)
        let offsets = UnsafeBufferPointer(start: offsets.base, count: count + 1)
        for block in blocks { try block.run(x.base, offsets: offsets, memory: memory) }
        try pool?.run(x.base, offsets: offsets, memory: memory)
        try head.run(x.base, into: out, count: count, memory: memory)
    }

    /// Adds to the gradient of all parameters what that of the embeddings makes of it, after
    /// ``run(_:count:into:)`` of the same images.
    /// - Parameter slopes: [count, embeddingWidth]; changed.
    func gradient(
        _ slopes: UnsafeMutablePointer<Float>, count: Int,
        into gradient: UnsafeMutablePointer<Float>
    ) throws(TensorError) {
        let offsets = UnsafeBufferPointer(start: offsets.base, count: count + 1)
        try head.gradient(
            slopes, into: x.base, count: count, memory: memory, gradient: gradient)
        try pool?.gradient(x.base, offsets: offsets, memory: memory, gradient: gradient)
        for (index, block) in blocks.enumerated().reversed() {
            try block.gradient(
                x.base, offsets: offsets, isFirst: index == 0, memory: memory, gradient: gradient)
        }
    }

    /// Completes a gradient to which all images were added.
    func finish(_ gradient: UnsafeMutablePointer<Float>) {
        for block in blocks { for matrix in block.matrices { matrix.finish(gradient) } }
    }
}

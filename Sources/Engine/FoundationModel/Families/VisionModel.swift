package import Imaging
package import Tensor
internal import VigilCore
internal import Weights

/// A vision encoder without texts that is ready to run: DINOv2 and RAD-DINO. Images to the class
/// token's vector and, where asked, the grid of patches.
///
/// Safe to use from several threads; the operations of one engine take turns. A result's bits do
/// not depend on the batch, on the place in it or on the number of threads.
package final class VisionModel: ImageEncoder {
    package let identity: ModelIdentity
    /// The sizes of the tower.
    package let configuration: VisionConfiguration
    package let preprocessing: PreprocessingManifest
    package let precision: Precision
    package let engine: Engine
    package let report: LoadReport

    let tower: VisionTower

    private init(
        _ configuration: VisionConfiguration, _ preprocessing: PreprocessingManifest,
        _ vision: LoadedVision
    ) {
        self.configuration = configuration
        self.preprocessing = preprocessing
        identity = vision.identity
        precision = vision.precision
        engine = vision.engine
        report = vision.report
        tower = vision.tower
    }

    package var imageSize: Int { configuration.imageSize }
    package var imagePixels: Int { configuration.imagePixels }
    package var embeddingWidth: Int { tower.embeddingWidth }
    package var imagesPerPass: Int { tower.imagesPerPass }

    /// Encodes images with their patches.
    ///
    /// - Parameters:
    ///   - images: [count, channels, imageSize, imageSize] f32, preprocessed; borrowed for the
    ///     call.
    ///   - out: [count, embeddingWidth] f32, the class tokens.
    ///   - patches: [count, patchesPerSide, patchesPerSide, width] f32, after the last norm.
    package func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        patches: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) {
        let width = configuration.encoder.width
        let grid = configuration.patches * width
        try BufferSize.check("images", expected: (count, imagePixels), found: images.count)
        try BufferSize.check("embeddings", expected: (count, embeddingWidth), found: out.count)
        try BufferSize.check("patches", expected: (count, grid), found: patches.count)
        guard let base = patches.baseAddress else { return }
        for first in stride(from: 0, to: count, by: imagesPerPass) {
            var pass = try beginPass(
                images: UnsafeBufferPointer(rebasing: images[(first * imagePixels)...]),
                count: min(imagesPerPass, count - first),
                into: UnsafeMutableBufferPointer(rebasing: out[(first * embeddingWidth)...]))
            while pass.remaining > 0 {
                do throws(TensorError) { try pass.step() } catch { throw .tensor(error) }
            }
            tower.patchTokens(of: pass, into: base + first * grid)
        }
    }
}

extension VisionModel {
    /// Loads a folder as Hugging Face publishes DINOv2: `config.json`, `model.safetensors` or
    /// shards, and `preprocessor_config.json`, whose crop is the size at which the model runs.
    convenience init(_ loading: ModelLoading) throws(ModelError) {
        let configuration = try Dinov2.configuration(
            loading.configuration, imageSize: PreprocessingManifest.side(loading.directory))
        let names = Dinov2.names(configuration)
        try loading.check(ClipTensors.vision(configuration, Dinov2.head, names))
        let preprocessing = try PreprocessingManifest.read(
            loading.directory, vision: configuration)
        self.init(
            configuration, preprocessing,
            try loading.vision(configuration, head: Dinov2.head, names: names))
    }

    /// A model of generated weights, for tests and benchmarks.
    package static func make(
        source: any WeightSource, configuration: VisionConfiguration, identity: ModelIdentity,
        options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> VisionModel {
        VisionModel(
            configuration, try PreprocessingManifest.clip(size: configuration.imageSize),
            try ModelSource(source, identity: identity, options: options).vision(
                configuration, head: Dinov2.head, names: Dinov2.names(configuration)))
    }
}

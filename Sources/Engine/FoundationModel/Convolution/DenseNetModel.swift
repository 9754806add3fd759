package import Imaging
package import Tensor
internal import VigilCore
internal import Weights

/// A DenseNet that is ready to run: TorchXRayVision's. Grey images to the mean of the last
/// features, and from there, where it has a classifier, to the scores of its labels.
///
/// Safe to use from several threads; the operations of one engine take turns. A result's bits do
/// not depend on the batch, on the place in it or on the number of threads.
package final class DenseNetModel: ImageEncoder {
    package let identity: ModelIdentity
    /// The sizes of the network.
    package let configuration: DenseNetConfiguration
    package let preprocessing: PreprocessingManifest
    package let precision: Precision
    package let engine: Engine
    package let report: LoadReport
    /// The classifier; nil without labels.
    package let labels: LabelHead?

    let tower: DenseNetTower

    private init(
        _ source: ModelSource, _ configuration: DenseNetConfiguration
    ) throws(ModelError) {
        ((tower, labels), report) = try source.pack { (loader) throws(ModelError) in
            (
                try DenseNetTower(
                    loader, configuration: configuration, precision: source.precision,
                    engine: source.engine),
                try LabelHead.make(
                    loader, DenseNet.classifier(configuration), labels: configuration.labels,
                    thresholds: configuration.thresholds, engine: source.engine)
            )
        }
        preprocessing = try .xray(size: configuration.imageSize)
        self.configuration = configuration
        precision = source.precision
        engine = source.engine
        identity = try source.identity()
    }

    package var imageSize: Int { configuration.imageSize }
    package var imagePixels: Int { imageSize * imageSize }
    package var embeddingWidth: Int { tower.embeddingWidth }
    package var imagesPerPass: Int { DenseNetTower.imagesPerPass }

    package func beginPass(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>
    ) throws(ModelError) -> ForwardPass {
        guard (0...imagesPerPass).contains(count), let from = images.baseAddress,
            let to = out.baseAddress, images.count >= count * imagePixels,
            out.count >= count * embeddingWidth
        else { throw .wrongSize(what: "a pass", expected: imagesPerPass, found: count) }
        do throws(TensorError) {
            return try tower.pass(images: from, count: count, into: to)
        } catch { throw .tensor(error) }
    }

    /// Lends what a pass that was begun with this model has made of its first image after its last
    /// step: rows of `columns` features, one a position, `stride` apart. For probing.
    package func withState<Result>(
        of pass: borrowing ForwardPass,
        _ body: (UnsafeBufferPointer<Float>, _ columns: Int, _ stride: Int) -> Result
    ) -> Result {
        let state = tower.state(of: pass)
        let count = (state.count - 1) * state.stride + state.columns
        return body(
            UnsafeBufferPointer(start: state.rows, count: count), state.columns, state.stride)
    }
}

extension DenseNetModel {
    /// Loads a folder with `config.json` (``DenseNet/configuration(_:)``) and the tensors of
    /// torchvision's names in `model.safetensors` or shards.
    convenience init(_ loading: ModelLoading) throws(ModelError) {
        let configuration = try DenseNet.configuration(loading.configuration)
        try loading.check(DenseNet.tensors(configuration))
        try self.init(ModelSource(loading), configuration)
    }

    /// A model of generated weights, for tests and benchmarks.
    package static func make(
        source: any WeightSource, configuration: DenseNetConfiguration, identity: ModelIdentity,
        options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> DenseNetModel {
        try DenseNetModel(
            ModelSource(source, identity: identity, options: options), configuration)
    }
}

extension PreprocessingManifest {
    /// TorchXRayVision's: the middle square, brought to size, from grey 0…255 to -1024…1024. The
    /// resampling is Pillow's bilinear one.
    static func xray(size: Int) throws(ModelError) -> PreprocessingManifest {
        let manifest = PreprocessingManifest(
            resize: .middleSquare(size), filter: .bilinear, width: size, height: size,
            mean: [0.5], deviation: [1.0 / 2048], channels: .single)
        guard let manifest else {
            throw .badConfiguration(
                file: "config.json", field: "image_size", reason: "it is out of range")
        }
        return manifest
    }
}

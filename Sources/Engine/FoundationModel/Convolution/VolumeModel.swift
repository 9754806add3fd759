package import Imaging
package import Tensor
internal import VigilCore
internal import Weights

/// An encoder of CT volumes that is ready to run: the image encoders of Astra and Merlin. One
/// volume to one vector.
///
/// Safe to use from several threads; the operations of one engine take turns. A result's bits do
/// not depend on the number of threads.
package final class VolumeModel: PixelEncoder {
    package let identity: ModelIdentity
    /// The sizes of the network.
    package let configuration: ResNet3dConfiguration
    /// How a series becomes the model's input.
    package let preprocessing: VolumeManifest
    /// The arithmetic; never ``Precision/auto``.
    package let precision: Precision
    package let engine: Engine
    package let report: LoadReport
    /// The classifier; nil without labels.
    package let labels: LabelHead?

    let tower: VolumeTower

    private init(
        _ source: ModelSource, _ configuration: ResNet3dConfiguration
    ) throws(ModelError) {
        ((tower, labels), report) = try source.pack { (loader) throws(ModelError) in
            (
                try VolumeTower(
                    loader, configuration: configuration, precision: source.precision,
                    engine: source.engine),
                try LabelHead.make(
                    loader, ResNet3d.classifier(configuration), labels: configuration.labels,
                    engine: source.engine)
            )
        }
        preprocessing = try Self.manifest(configuration)
        self.configuration = configuration
        precision = source.precision
        engine = source.engine
        identity = try source.identity()
    }

    package var input: InputManifest { .volume(preprocessing) }
    package var imagePixels: Int { preprocessing.tensorCount }
    package var imagesPerPass: Int { 1 }
    package var embeddingWidth: Int { configuration.embeddingWidth }

    /// Operations of one volume, a multiply-add as two, without those that adding up the grey
    /// channels of the first convolution saves.
    package var operationsPerVolume: Double { tower.operations }

    /// Encodes one volume.
    /// - Parameters:
    ///   - volume: ``VolumeManifest/tensorCount`` f32, preprocessed; borrowed for the call.
    ///   - probe: gets the features after the first pooling and after each bottleneck, [positions,
    ///     channels], and the number of channels.
    package func encode(
        _ volume: UnsafeBufferPointer<Float>,
        probe: ((UnsafeBufferPointer<Float>, Int) -> Void)? = nil
    ) throws(ModelError) -> [Float] {
        var out = [Float](repeating: 0, count: embeddingWidth)
        let result = out.withUnsafeMutableBufferPointer { out in
            Result { () throws(ModelError) in
                try run(volume, into: out) { (pass) throws(ModelError) in
                    if let probe { tower.withState(of: pass, probe) }
                }
            }
        }
        try result.get()
        return out
    }

    package func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) {
        try encode(
            images: images, count: count, into: out, observer: nil, betweenLayers: betweenLayers)
    }

    /// The same under the eyes of an observer.
    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        observer: (any PassObserver)?, betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) {
        try BufferSize.check("volumes", expected: (count, imagePixels), found: images.count)
        try BufferSize.check("embeddings", expected: (count, embeddingWidth), found: out.count)
        for index in 0..<count {
            let volume = images[index * imagePixels..<(index + 1) * imagePixels]
            let row = out[index * embeddingWidth..<(index + 1) * embeddingWidth]
            try run(
                UnsafeBufferPointer(rebasing: volume),
                into: UnsafeMutableBufferPointer(rebasing: row)
            ) { (pass) throws(ModelError) in
                observer?.didStep(pass)
                if pass.remaining > 0 || index + 1 < count { try betweenLayers?() }
            }
        }
    }

    /// Runs one pass step by step.
    private func run(
        _ volume: UnsafeBufferPointer<Float>, into out: UnsafeMutableBufferPointer<Float>,
        after step: (borrowing ForwardPass) throws(ModelError) -> Void
    ) throws(ModelError) {
        guard volume.count == imagePixels, let from = volume.baseAddress, let to = out.baseAddress
        else { throw .wrongSize(what: "a volume", expected: imagePixels, found: volume.count) }
        var pass = try begin(from, into: to)
        while pass.remaining > 0 {
            do throws(TensorError) { try pass.step() } catch { throw .tensor(error) }
            try step(pass)
        }
    }

    private func begin(
        _ volume: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
    ) throws(ModelError) -> ForwardPass {
        do throws(TensorError) {
            return try tower.pass(volume: volume, into: out)
        } catch { throw .tensor(error) }
    }

    private static func manifest(
        _ configuration: ResNet3dConfiguration
    ) throws(ModelError) -> VolumeManifest {
        let volume = configuration.volume
        let manifest = VolumeManifest(
            spacing: (configuration.spacing[0], configuration.spacing[1], configuration.spacing[2]),
            window: configuration.window, size: (volume.depth, volume.height, volume.width))
        guard let manifest else {
            throw .badConfiguration(
                file: "config.json", field: "volume", reason: "it is out of range")
        }
        return manifest
    }
}

extension VolumeModel {
    /// Loads a folder with `config.json` (``ResNet3d/configuration(_:)``) and the tensors of the
    /// published image encoders' names in `model.safetensors` or shards.
    convenience init(_ loading: ModelLoading) throws(ModelError) {
        let configuration = try ResNet3d.configuration(loading.configuration)
        try loading.check(ResNet3d.tensors(configuration))
        try self.init(ModelSource(loading), configuration)
    }

    /// A model of generated weights, for tests and benchmarks.
    package static func make(
        source: any WeightSource, configuration: ResNet3dConfiguration, identity: ModelIdentity,
        options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> VolumeModel {
        try VolumeModel(
            ModelSource(source, identity: identity, options: options), configuration)
    }
}

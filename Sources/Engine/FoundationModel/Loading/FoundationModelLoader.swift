internal import VigilCore

/// Loads a model of any family that Vigil runs. There is no other way from a folder to a model.
package enum FoundationModelLoader {
    /// A model that is ready to run, by what it can do.
    package enum Loaded: Sendable {
        /// Images and texts of one space: CLIP, SigLIP, BiomedCLIP.
        case pair(ClipModel)
        /// Images alone: DINOv2, RAD-DINO.
        case image(VisionModel)
        /// Images to labels: TorchXRayVision's DenseNet.
        case labels(DenseNetModel)
        /// CT volumes: Astra's and Merlin's encoder.
        case volume(VolumeModel)
        /// Texts alone: BERT, MiniLM.
        case text(SentenceModel)

        /// What the model is.
        package var identity: ModelIdentity {
            switch self {
            case .pair(let model): model.identity
            case .image(let model): model.identity
            case .labels(let model): model.identity
            case .volume(let model): model.identity
            case .text(let model): model.identity
            }
        }

        /// The sizes of the text tower; nil when there is none.
        package var textConfiguration: TextConfiguration? {
            switch self {
            case .pair(let model): model.configuration.text
            case .image, .labels, .volume: nil
            case .text(let model): model.configuration
            }
        }

        /// The side that takes volumes; nil when there is none.
        package var volumes: VolumeModel? {
            if case .volume(let model) = self { model } else { nil }
        }

        /// The side that takes images; nil when there is none.
        package var images: (any ImageEncoder)? {
            switch self {
            case .pair(let model): model
            case .image(let model): model
            case .labels(let model): model
            case .text, .volume: nil
            }
        }

        /// The classifier that it was published with; nil when there is none.
        package var labels: LabelHead? {
            switch self {
            case .labels(let model): model.labels
            case .volume(let model): model.labels
            case .pair, .image, .text: nil
            }
        }

        /// The side that takes images or volumes; nil when there is none.
        package var pixels: (any PixelEncoder)? { images ?? volumes }

        /// The side that takes texts; nil when there is none.
        package var texts: (any TextEncoder)? {
            switch self {
            case .pair(let model): model
            case .image, .labels, .volume: nil
            case .text(let model): model
            }
        }
    }

    /// Finds a folder's family (``ModelFamily``) and loads it.
    /// - Throws: among others ``ModelError/unknownFamily(found:expected:)``, which names the
    ///   families that there are.
    package static func load(
        directory path: String, options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> Loaded {
        try ModelLoading.run(directory: path, options: options) {
            (loading) throws(ModelError) in
            try Loaded(loading)
        }
    }
}

extension FoundationModelLoader.Loaded {
    /// Makes the model of an opened folder's family.
    init(_ loading: ModelLoading) throws(ModelError) {
        switch loading.family {
        case .clip, .siglip, .timmBert: self = .pair(try ClipModel(loading))
        case .dinov2: self = .image(try VisionModel(loading))
        case .densenet: self = .labels(try DenseNetModel(loading))
        case .resnet3d: self = .volume(try VolumeModel(loading))
        case .bert: self = .text(try SentenceModel(loading))
        }
    }

    /// The model of images and texts, for what needs both.
    ///
    /// - Throws: ``ModelError/unknownFamily(found:expected:)`` for a model of one of them.
    package func pair() throws(ModelError) -> ClipModel {
        if case .pair(let model) = self { return model }
        throw .wrongFamily(
            SafeText(operatorProvided: identity.family), expected: ClipModel.families)
    }
}

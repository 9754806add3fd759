/// Loads a model of any family that Vigil runs.
package enum FoundationModelLoader {
    /// A model that is ready to run, by what it can do.
    package enum Loaded: Sendable {
        /// Images and texts of one space: CLIP, SigLIP, BiomedCLIP.
        case pair(ClipModel)
        /// Images alone: DINOv2, RAD-DINO.
        case image(VisionModel)
        /// Texts alone: BERT, MiniLM.
        case text(SentenceModel)

        /// What the model is.
        package var identity: ModelIdentity {
            switch self {
            case .pair(let model): model.identity
            case .image(let model): model.identity
            case .text(let model): model.identity
            }
        }

        /// The sizes of the text tower; nil when there is none.
        package var textConfiguration: TextConfiguration? {
            switch self {
            case .pair(let model): model.configuration.text
            case .image: nil
            case .text(let model): model.configuration
            }
        }

        /// The side that takes images; nil when there is none.
        package var images: (any ImageEncoder)? {
            switch self {
            case .pair(let model): model
            case .image(let model): model
            case .text: nil
            }
        }

        /// The side that takes texts; nil when there is none.
        package var texts: (any TextEncoder)? {
            switch self {
            case .pair(let model): model
            case .image: nil
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
            switch loading.family {
            case .clip, .siglip, .timmBert: .pair(try ClipModel(loading))
            case .dinov2: .image(try VisionModel(loading))
            case .bert: .text(try SentenceModel(loading))
            }
        }
    }
}

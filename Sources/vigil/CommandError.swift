import Tensor
import VigilCore

/// What a command refuses besides what its parts refuse.
enum CommandError: VigilError {
    /// The precision's bits depend on the processor.
    case notReproducible(Precision)
    /// The model takes texts alone.
    case noImages(family: SafeText)
    /// The benchmark measures no model of this family.
    case notMeasured(family: SafeText)
    /// A file cannot be written.
    case cannotWrite(path: SafeText)

    var code: SafeText {
        switch self {
        case .notReproducible: "not_reproducible"
        case .noImages: "no_images"
        case .notMeasured: "not_measured"
        case .cannotWrite: "cannot_write"
        }
    }

    var what: SafeText {
        switch self {
        case .notReproducible(let precision):
            "\(precision) does not give the same bits on every processor"
        case .noImages(let family):
            "a model of the family \(family) takes no images"
        case .notMeasured(let family):
            "there is no benchmark for models of the family \(family)"
        case .cannotWrite(let path):
            "\(path) cannot be written"
        }
    }

    var remedy: SafeText {
        switch self {
        case .notReproducible: "Leave --reproducible out, or take --precision fp32 or int8"
        case .noImages:
            "Name a model with an image tower; 'vigil model inspect' shows what it takes"
        case .notMeasured: "Name a model of images and texts, or of volumes"
        case .cannotWrite: "Check the folder, its rights and the space left"
        }
    }

    var disposition: Disposition {
        switch self {
        case .notReproducible, .noImages, .notMeasured: .shutDown(.usage)
        case .cannotWrite: .shutDown(.ioError)
        }
    }
}

import Tensor
import VigilCore

/// What a command refuses besides what its parts refuse.
enum CommandError: VigilError {
    /// The precision's bits depend on the processor.
    case notReproducible(Precision)
    /// The model takes texts alone.
    case noImages(family: SafeText)
    /// A file cannot be written.
    case cannotWrite(path: SafeText)
    /// A file cannot be read.
    case cannotRead(path: SafeText)

    var code: SafeText {
        switch self {
        case .notReproducible: "not_reproducible"
        case .noImages: "no_images"
        case .cannotWrite: "cannot_write"
        case .cannotRead: "cannot_read"
        }
    }

    var what: SafeText {
        switch self {
        case .notReproducible(let precision):
            "\(precision) does not give the same bits on every processor"
        case .noImages(let family):
            "a model of the family \(family) takes no images"
        case .cannotWrite(let path):
            "\(path) cannot be written"
        case .cannotRead(let path):
            "\(path) cannot be read"
        }
    }

    var remedy: SafeText {
        switch self {
        case .notReproducible: "Leave --reproducible out, or take --precision fp32 or int8"
        case .noImages:
            "Name a model with an image tower; 'vigil model inspect' shows what it takes"
        case .cannotWrite: "Check the folder, its rights and the space left"
        case .cannotRead: "Check the path and its rights"
        }
    }

    var disposition: Disposition {
        switch self {
        case .notReproducible, .noImages: .shutDown(.usage)
        case .cannotWrite: .shutDown(.ioError)
        case .cannotRead: .shutDown(.noInput)
        }
    }
}

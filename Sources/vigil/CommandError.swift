import Tensor
import VigilCore

/// What a command refuses besides what its parts refuse.
enum CommandError: VigilError {
    /// The precision's bits depend on the processor.
    case notReproducible(Precision)
    /// A file cannot be written.
    case cannotWrite(path: SafeText)

    var code: SafeText {
        switch self {
        case .notReproducible: "not_reproducible"
        case .cannotWrite: "cannot_write"
        }
    }

    var what: SafeText {
        switch self {
        case .notReproducible(let precision):
            "\(precision) does not give the same bits on every processor"
        case .cannotWrite(let path):
            "\(path) cannot be written"
        }
    }

    var remedy: SafeText {
        switch self {
        case .notReproducible: "Leave --reproducible out, or take --precision fp32 or int8"
        case .cannotWrite: "Check the folder, its rights and the space left"
        }
    }

    var disposition: Disposition {
        switch self {
        case .notReproducible: .shutDown(.usage)
        case .cannotWrite: .shutDown(.ioError)
        }
    }
}

import Tensor
import VigilCore

/// What a command refuses besides what its parts refuse.
enum CommandError: VigilError {
    /// The precision's bits depend on the processor.
    case notReproducible(Precision)
    /// Neither letters nor all were named, or both.
    case lettersOrAll
    /// A replay without the word for what it is to do.
    case verifyMissing
    /// A file cannot be written.
    case cannotWrite(path: SafeText)

    var code: SafeText {
        switch self {
        case .notReproducible: "not_reproducible"
        case .lettersOrAll: "letters_or_all"
        case .verifyMissing: "verify_missing"
        case .cannotWrite: "cannot_write"
        }
    }

    var what: SafeText {
        switch self {
        case .notReproducible(let precision):
            "\(precision) does not give the same bits on every processor"
        case .lettersOrAll:
            "letters by name and --all exclude each other, and one of them is needed"
        case .verifyMissing:
            "a replay only verifies, and has to be told so"
        case .cannotWrite(let path):
            "\(path) cannot be written"
        }
    }

    var remedy: SafeText {
        switch self {
        case .notReproducible: "Leave --reproducible out, or take --precision fp32 or int8"
        case .lettersOrAll: "Name letters as 'vigil dlq ls' shows them, or take --all"
        case .verifyMissing: "Add --verify"
        case .cannotWrite: "Check the folder, its rights and the space left"
        }
    }

    var disposition: Disposition {
        switch self {
        case .notReproducible, .lettersOrAll, .verifyMissing: .shutDown(.usage)
        case .cannotWrite: .shutDown(.ioError)
        }
    }
}

import FoundationModel
import Tensor
import Tokenizers
import VigilCore

/// What a command refuses besides what its parts refuse.
enum CommandError: VigilError {
    /// The precision's bits depend on the processor.
    case notReproducible(Precision)
    /// The model takes texts alone.
    case noImages(family: SafeText)
    /// The model takes images alone.
    case noTexts(family: SafeText)
    /// A file of texts does not read.
    case cannotRead
    /// A line is no UTF-8 or too long.
    case badLine
    /// The model refused.
    case model(ModelError)
    /// A file cannot be written.
    case cannotWrite(path: SafeText)

    var code: SafeText {
        switch self {
        case .notReproducible: "not_reproducible"
        case .noImages: "no_images"
        case .noTexts: "no_texts"
        case .cannotRead: "cannot_read"
        case .badLine: "bad_line"
        case .model(let error): error.code
        case .cannotWrite: "cannot_write"
        }
    }

    var what: SafeText {
        switch self {
        case .notReproducible(let precision):
            "\(precision) does not give the same bits on every processor"
        case .noImages(let family):
            "a model of the family \(family) takes no images"
        case .noTexts(let family):
            "a model of the family \(family) takes no texts"
        case .cannotRead: "the file cannot be read"
        case .badLine: "the line is no UTF-8 or has more than \(TextLimit.bytes) bytes"
        case .model(let error): error.what
        case .cannotWrite(let path):
            "\(path) cannot be written"
        }
    }

    var remedy: SafeText {
        switch self {
        case .notReproducible: "Leave --reproducible out, or take --precision fp32 or int8"
        case .noImages:
            "Give text files with --text, or name a model with an image tower"
        case .noTexts:
            "Name a model with a text tower; 'vigil model inspect' shows what it takes"
        case .cannotRead: "Check the path and its rights"
        case .badLine: "Save the file as UTF-8, a text a line"
        case .model(let error): error.remedy
        case .cannotWrite: "Check the folder, its rights and the space left"
        }
    }

    var disposition: Disposition {
        switch self {
        case .notReproducible, .noImages, .noTexts: .shutDown(.usage)
        case .cannotRead: .shutDown(.noInput)
        case .badLine: .shutDown(.dataError)
        case .model(let error): error.disposition
        case .cannotWrite: .shutDown(.ioError)
        }
    }
}

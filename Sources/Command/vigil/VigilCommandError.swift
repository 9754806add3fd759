import FoundationModel
import Tokenizers
import VigilCore

/// What the commands of `vigil` refuse besides what their parts refuse.
enum VigilCommandError: VigilError {
    /// Neither letters nor all were named, or both.
    case lettersOrAll
    /// A replay without the word for what it is to do.
    case verifyMissing
    /// The model takes images alone.
    case noTexts(family: SafeText)
    /// A file of texts does not read.
    case cannotRead
    /// A line is no UTF-8 or too long.
    case badLine
    /// The model refused.
    case model(ModelError)
    /// A file has fewer frames.
    case noFrame(Int, of: Int)
    /// No index of studies is named.
    case noIndex
    /// One picture was asked for of several files.
    case oneFileForPicture
    /// The model takes no single images.
    case takesNoImages
    /// There was no work.
    case nothing(WorkMissing)
    /// More copies of topics are asked for than there are brokers.
    case tooFewBrokers(copies: Int, brokers: Int)

    var code: SafeText {
        switch self {
        case .lettersOrAll: "letters_or_all"
        case .verifyMissing: "verify_missing"
        case .noTexts: "no_texts"
        case .cannotRead: "cannot_read"
        case .badLine: "bad_line"
        case .model(let error): error.code
        case .noFrame: "no_frame"
        case .noIndex: "no_index"
        case .oneFileForPicture: "one_file_for_picture"
        case .takesNoImages: "takes_no_images"
        case .nothing: "no_work"
        case .tooFewBrokers: "too_few_brokers"
        }
    }

    var what: SafeText {
        switch self {
        case .lettersOrAll:
            "letters by name and --all exclude each other, and one of them is needed"
        case .verifyMissing:
            "a replay only verifies, and has to be told so"
        case .noTexts(let family):
            "a model of the family \(family) takes no texts"
        case .cannotRead: "the file cannot be read"
        case .badLine: "the line is no UTF-8 or has more than \(TextLimit.bytes) bytes"
        case .model(let error): error.what
        case .noFrame(let frame, let all):
            "there is no frame \(frame): the file has \(all), counted from 0"
        case .noIndex: "no index of studies is named"
        case .oneFileForPicture: "--png makes a picture of one file, and several are named"
        case .takesNoImages: "the model takes no single images"
        case .nothing(let nothing): nothing.what
        case .tooFewBrokers(let copies, let brokers):
            "topics.replication asks for \(copies) copies, and there are \(brokers) brokers"
        }
    }

    var remedy: SafeText {
        switch self {
        case .lettersOrAll: "Name letters as 'vigil dlq ls' shows them, or take --all"
        case .verifyMissing: "Add --verify"
        case .noTexts:
            "Name a model with a text tower; 'vigil model inspect' shows what it takes"
        case .cannotRead: "Check the path and its rights"
        case .badLine: "Save the file as UTF-8, a text a line"
        case .model(let error): error.remedy
        case .noFrame: "Take a smaller --frame"
        case .noIndex: "Take --index, or the folder of similar.index"
        case .oneFileForPicture: "Name one FILE, or leave --png out"
        case .takesNoImages: "Name a model of images; 'vigil model inspect' shows what it takes"
        case .nothing(let nothing): nothing.remedy
        case .tooFewBrokers: "Leave topics.replication out, which chooses by the brokers there are"
        }
    }

    var disposition: Disposition {
        switch self {
        case .noTexts, .lettersOrAll, .verifyMissing, .noFrame, .noIndex, .oneFileForPicture,
            .takesNoImages:
            .shutDown(.usage)
        case .cannotRead, .nothing: .shutDown(.noInput)
        case .badLine: .shutDown(.dataError)
        case .model(let error): error.disposition
        case .tooFewBrokers: .shutDown(.config)
        }
    }
}

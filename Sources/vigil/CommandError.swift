import FoundationModel
import Tensor
import Tokenizers
import VigilCore

/// What a command refuses besides what its parts refuse.
enum CommandError: VigilError {
    /// The precision's bits depend on the processor.
    case notReproducible(Precision)
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
    /// The benchmark measures no model of this family.
    case notMeasured(family: SafeText)
    /// A file cannot be written.
    case cannotWrite(path: SafeText)
    /// A folder that is to be new holds studies.
    case folderInUse(path: SafeText)
    /// An option means nothing without another one.
    case needs(option: SafeText, other: SafeText)
    /// Series of slices are not read for tuning.
    case needsEmbeddings
    /// A rate that is none.
    case badRate(found: SafeText)
    /// A topic has more than could be read in the time allowed.
    case topicNotRead(topic: SafeText, timeout: Duration)
    /// A file cannot be read.
    case fileNotRead(path: SafeText)
    /// A program cannot be started.
    case notStarted(program: SafeText)
    /// A worker under measurement ended or did not get ready; its last word.
    case workerFailed(said: SafeText)
    /// Not every outcome came in the time allowed, or somebody asked to stop.
    case measurementEnded(done: Int, of: Int)
    /// A topic of the benchmark could not be made.
    case topicNotMade(SafeText)
    /// A file has fewer frames.
    case noFrame(Int, of: Int)
    /// The model takes no single images.
    case takesNoImages
    /// No broker answered.
    case noBroker(BrokerSilence)
    /// There was no work.
    case nothing(WorkMissing)
    /// More copies of topics are asked for than there are brokers.
    case tooFewBrokers(copies: Int, brokers: Int)

    var code: SafeText {
        switch self {
        case .notReproducible: "not_reproducible"
        case .lettersOrAll: "letters_or_all"
        case .verifyMissing: "verify_missing"
        case .noTexts: "no_texts"
        case .cannotRead: "cannot_read"
        case .badLine: "bad_line"
        case .model(let error): error.code
        case .notMeasured: "not_measured"
        case .cannotWrite: "cannot_write"
        case .folderInUse: "folder_in_use"
        case .needsEmbeddings: "needs_embeddings"
        case .needs: "option_missing"
        case .badRate: "bad_rate"
        case .topicNotRead: "topic_not_read"
        case .fileNotRead: "file_not_read"
        case .notStarted: "not_started"
        case .workerFailed: "worker_failed"
        case .measurementEnded: "measurement_ended"
        case .topicNotMade: "topic_not_made"
        case .noFrame: "no_frame"
        case .takesNoImages: "takes_no_images"
        case .noBroker: "no_broker"
        case .nothing: "no_work"
        case .tooFewBrokers: "too_few_brokers"
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
        case .noTexts(let family):
            "a model of the family \(family) takes no texts"
        case .cannotRead: "the file cannot be read"
        case .badLine: "the line is no UTF-8 or has more than \(TextLimit.bytes) bytes"
        case .model(let error): error.what
        case .notMeasured(let family):
            "there is no benchmark for models of the family \(family)"
        case .cannotWrite(let path):
            "\(path) cannot be written"
        case .folderInUse(let path): "\(path) holds studies already"
        case .needsEmbeddings: "a model of volumes learns from embeddings, not from --images"
        case .needs(let option, let other): "--\(option) means nothing without --\(other)"
        case .badRate(let found): "--rate \(found) is no rate"
        case .topicNotRead(let topic, let timeout):
            "the topic \(topic) was not read to its end within \(timeout)"
        case .fileNotRead(let path):
            "\(path) cannot be read"
        case .notStarted(let program): "\(program) cannot be started"
        case .workerFailed(let said): "a worker ended or did not get ready: \(said)"
        case .measurementEnded(let done, let all):
            "the measurement ended with \(done) of \(all) done"
        case .topicNotMade(let topic): "the topic \(topic) could not be made"
        case .noFrame(let frame, let all):
            "there is no frame \(frame): the file has \(all), counted from 0"
        case .takesNoImages: "the model takes no single images"
        case .noBroker(let silence): silence.what
        case .nothing(let nothing): nothing.what
        case .tooFewBrokers(let copies, let brokers):
            "topics.replication asks for \(copies) copies, and there are \(brokers) brokers"
        }
    }

    var remedy: SafeText {
        switch self {
        case .notReproducible: "Leave --reproducible out, or take --precision fp32 or int8"
        case .lettersOrAll: "Name letters as 'vigil dlq ls' shows them, or take --all"
        case .verifyMissing: "Add --verify"
        case .noTexts:
            "Name a model with a text tower; 'vigil model inspect' shows what it takes"
        case .cannotRead: "Check the path and its rights"
        case .badLine: "Save the file as UTF-8, a text a line"
        case .model(let error): error.remedy
        case .notMeasured: "Name a model of images and texts, or of volumes"
        case .cannotWrite: "Check the folder, its rights and the space left"
        case .folderInUse: "Name another folder, or remove this one"
        case .needsEmbeddings:
            "Name a file with the lines of 'vigil infer --embedding --json' with --embeddings"
        case .needs(_, let other): "Add --\(other), or leave this one out; --help shows how"
        case .badRate: "Write a number and a unit, such as 50/s, 600/min or 20000/h"
        case .topicNotRead: "Check the broker, or give more time with --timeout-s"
        case .fileNotRead, .notStarted: "Check the path and its rights"
        case .workerFailed: "Mend what it says, and check the broker and the model"
        case .measurementEnded: "Take fewer studies or records, or a longer --timeout-s"
        case .topicNotMade: "Check the broker's log and the rights to make topics"
        case .noFrame: "Take a smaller --frame"
        case .takesNoImages: "Name a model of images; 'vigil model inspect' shows what it takes"
        case .noBroker(let silence): silence.remedy
        case .nothing(let nothing): nothing.remedy
        case .tooFewBrokers: "Leave topics.replication out, which chooses by the brokers there are"
        }
    }

    var disposition: Disposition {
        switch self {
        case .notReproducible, .notMeasured, .noTexts, .lettersOrAll, .verifyMissing,
            .folderInUse, .needs, .needsEmbeddings, .badRate, .noFrame, .takesNoImages:
            .shutDown(.usage)
        case .cannotRead: .shutDown(.noInput)
        case .badLine: .shutDown(.dataError)
        case .model(let error): error.disposition
        case .cannotWrite: .shutDown(.ioError)
        case .tooFewBrokers: .shutDown(.config)
        case .topicNotRead, .workerFailed, .measurementEnded, .topicNotMade, .noBroker:
            .shutDown(.unavailable)
        case .fileNotRead, .notStarted, .nothing: .shutDown(.noInput)
        }
    }
}

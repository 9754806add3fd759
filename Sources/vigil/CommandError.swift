import Tensor
import VigilCore

/// What a command refuses besides what its parts refuse.
enum CommandError: VigilError {
    /// The precision's bits depend on the processor.
    case notReproducible(Precision)
    /// A file cannot be written.
    case cannotWrite(path: SafeText)
    /// A topic has more than could be read in the time allowed.
    case topicNotRead(topic: SafeText, timeout: Duration)

    var code: SafeText {
        switch self {
        case .notReproducible: "not_reproducible"
        case .cannotWrite: "cannot_write"
        case .topicNotRead: "topic_not_read"
        }
    }

    var what: SafeText {
        switch self {
        case .notReproducible(let precision):
            "\(precision) does not give the same bits on every processor"
        case .cannotWrite(let path):
            "\(path) cannot be written"
        case .topicNotRead(let topic, let timeout):
            "the topic \(topic) was not read to its end within \(timeout)"
        }
    }

    var remedy: SafeText {
        switch self {
        case .notReproducible: "Leave --reproducible out, or take --precision fp32 or int8"
        case .cannotWrite: "Check the folder, its rights and the space left"
        case .topicNotRead: "Check the broker, or give more time with --timeout-s"
        }
    }

    var disposition: Disposition {
        switch self {
        case .notReproducible: .shutDown(.usage)
        case .cannotWrite: .shutDown(.ioError)
        case .topicNotRead: .shutDown(.unavailable)
        }
    }
}

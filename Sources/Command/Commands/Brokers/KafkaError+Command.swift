import KafkaTransport
import VigilCore

extension KafkaError {
    /// What a person can do about it after a command has ended: unlike a worker, a command tries
    /// nothing again.
    var commandRemedy: SafeText {
        switch self {
        case .retriable(let fault):
            fault.trouble?.remedy
                ?? """
                The command has ended: see whether the brokers are up and reachable, then run it \
                again, with a longer --timeout if they are slow
                """
        case .abortable:
            "The transaction was taken back, and the command has ended: run it again"
        case .fatal:
            "Run the command again; if it recurs, see whether another one runs at the same time"
        case .unexpected:
            "Run the command again; if it recurs, report it with this text"
        case .notPermitted, .unknownTopic, .tooLarge, .property, .configuration, .misuse,
            .operatingSystem:
            remedy
        }
    }
}

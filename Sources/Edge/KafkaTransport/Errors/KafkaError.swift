internal import CRdKafka
package import Processes
package import VigilCore

/// Everything that can go wrong between the worker and Kafka.
///
/// The first three are librdkafka's own classes of transactional errors (`rdkafka.h`,
/// "Transactional producer API"); the others are told apart because a person has to act on them.
package enum KafkaError: VigilError, Hashable {
    /// The same call may succeed when it is made again.
    case retriable(KafkaFault)
    /// The transaction is lost: abort it, go back to the committed offsets, begin anew.
    case abortable(KafkaFault)
    /// The client cannot go on, such as a producer that another one with its name fenced off.
    case fatal(KafkaFault)
    /// The broker refuses the identity, or what it wants to do.
    case notPermitted(KafkaFault)
    /// A topic or partition does not exist.
    case unknownTopic(KafkaFault)
    /// The record is larger than client or broker takes.
    case tooLarge(KafkaFault)
    /// None of librdkafka's classes; it advises to treat such an error as fatal.
    case unexpected(KafkaFault)
    /// A property is unknown, or its value is not taken.
    case property(name: SafeText, reason: SafeText, remedy: SafeText)
    /// The properties contradict each other.
    case configuration(reason: SafeText)
    /// A call came at the wrong time: a bug.
    case misuse(reason: SafeText)
    /// The operating system refused a call.
    case operatingSystem(ProcessError)

    package var code: SafeText {
        switch self {
        case .retriable: "kafka_retriable"
        case .abortable: "kafka_abortable"
        case .fatal: "kafka_fatal"
        case .notPermitted: "kafka_not_permitted"
        case .unknownTopic: "kafka_unknown_topic"
        case .tooLarge: "kafka_too_large"
        case .unexpected: "kafka_unexpected"
        case .property: "kafka_property"
        case .configuration: "kafka_configuration"
        case .misuse: "kafka_misuse"
        case .operatingSystem: "kafka_operating_system"
        }
    }

    package var what: SafeText {
        switch self {
        case .notPermitted(let fault):
            if let subject = fault.subject {
                """
                Kafka \(fault.operation) failed with \(fault.name): \(subject.principal) lacks \
                \(subject.right) on \(subject.resource) \(subject.name)
                """
            } else {
                "Kafka \(fault.operation) failed with \(fault.name): \(fault.message)"
            }
        case .retriable(let fault), .abortable(let fault), .fatal(let fault),
            .unknownTopic(let fault), .tooLarge(let fault), .unexpected(let fault):
            if let subject = fault.subject {
                """
                Kafka \(fault.operation) of \(subject.resource) \(subject.name) failed with \
                \(fault.name): \(fault.message)
                """
            } else {
                "Kafka \(fault.operation) failed with \(fault.name): \(fault.message)"
            }
        case .property(let name, let reason, _):
            "Kafka property \(name) was refused: \(reason)"
        case .configuration(let reason):
            "The Kafka configuration was refused: \(reason)"
        case .misuse(let reason):
            "The Kafka client was used wrongly: \(reason)"
        case .operatingSystem(let refusal):
            refusal.what
        }
    }

    package var remedy: SafeText {
        switch self {
        case .retriable(let fault):
            fault.trouble?.remedy
                ?? "It is tried again; if it goes on, see whether the brokers are up and reachable"
        case .abortable:
            "The transaction is aborted and its records are done again"
        case .fatal:
            "Start the worker again; if it recurs, see whether two workers share one instance name"
        case .notPermitted(let fault):
            fault.subject?.remedy ?? """
                Check the credentials, and the access rights of this identity on topics, group \
                and transactional id
                """
        case .unknownTopic:
            "Create the topics with: vigil topics create"
        case .tooLarge:
            "Raise message.max.bytes on client, topic and broker, or send less in one record"
        case .unexpected:
            "Start the worker again; if it recurs, report it with this text"
        case .property(_, _, let remedy):
            remedy
        case .configuration:
            "Mend the kafka settings named there"
        case .misuse:
            "Report this as a bug"
        case .operatingSystem(let refusal):
            refusal.remedy
        }
    }

    package var disposition: Disposition {
        switch self {
        case .retriable: .retry(after: Self.retryPause)
        case .abortable: .retry(after: .zero)
        case .fatal, .unexpected: .shutDown(.temporary)
        case .notPermitted: .shutDown(.noPermission)
        case .unknownTopic, .property, .configuration: .shutDown(.config)
        case .tooLarge: .deadLetter
        case .misuse: .shutDown(.software)
        case .operatingSystem(let refusal): refusal.disposition
        }
    }

    /// How long to wait before a call is made again.
    package static let retryPause = Duration.milliseconds(100)

    /// What librdkafka said, if it was librdkafka that failed.
    package var fault: KafkaFault? {
        switch self {
        case .retriable(let fault), .abortable(let fault), .fatal(let fault),
            .notPermitted(let fault), .unknownTopic(let fault), .tooLarge(let fault),
            .unexpected(let fault):
            fault
        case .property, .configuration, .misuse, .operatingSystem: nil
        }
    }

    /// The same error with what the call was about, unless that is known already.
    func about(_ subject: @autoclosure () -> KafkaSubject) -> KafkaError {
        guard let fault, fault.subject == nil else { return self }
        let told = fault.about(subject())
        switch self {
        case .retriable: return .retriable(told)
        case .abortable: return .abortable(told)
        case .fatal: return .fatal(told)
        case .notPermitted: return .notPermitted(told)
        case .unknownTopic: return .unknownTopic(told)
        case .tooLarge: return .tooLarge(told)
        case .unexpected: return .unexpected(told)
        case .property, .configuration, .misuse, .operatingSystem: return self
        }
    }

    /// The same error with why no broker could be spoken to, if that is why it came.
    func after(_ trouble: ConnectionTrouble?) -> KafkaError {
        guard case .retriable(let fault) = self, fault.trouble == nil, let trouble else {
            return self
        }
        return .retriable(fault.after(trouble))
    }

    /// Whether the same call may be made again.
    package var isRetriable: Bool {
        if case .retriable = self { true } else { false }
    }

    /// Whether a topic or partition is not there.
    package var isUnknownTopic: Bool {
        if case .unknownTopic = self { true } else { false }
    }

    var isNotPermitted: Bool {
        if case .notPermitted = self { true } else { false }
    }

    /// Whether a broker takes no more from this producer: another one has its name, or the broker
    /// has ended its transaction by itself.
    package var isFenced: Bool {
        if case .fatal(let fault) = self { fault.code == RD_KAFKA_RESP_ERR__FENCED } else { false }
    }

    /// Whether the open transaction has to be aborted.
    package var isAbortable: Bool {
        if case .abortable = self { true } else { false }
    }
}

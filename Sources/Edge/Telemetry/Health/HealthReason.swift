package import VigilCore

/// Why the worker is not ready, or not live.
package enum HealthReason: Sendable, Hashable {
    /// Start-up has not ended.
    case starting
    /// The model's digests have not been checked yet.
    case modelUnverified
    /// The group has given neither partitions nor the word that there are none left to give.
    case partitionsUnassigned
    /// No broker has answered since the start.
    case brokerNeverSeen(SafeText?)
    /// The last answer of a broker is too old.
    case brokerSilent(Duration, SafeText?)
    /// Topics that the worker reads or writes are gone.
    case topicsMissing([SafeText])
    /// Topics were made anew; the worker goes back to their beginning.
    case topicsMadeAnew([SafeText])
    /// Transactions fail one after the other.
    case publishingFails(SafeText)
    /// The storage below this input root does not answer; the other roots go on.
    case inputRootHangs(SafeText)
    /// This input root cannot be opened, with the system's error number; the others go on.
    case inputRootUnusable(SafeText, errno: Int32)
    /// A signal asked for the end.
    case shuttingDown
    /// The worker cannot go on.
    case failed(SafeText)
    /// Decoders lack these protections, which `decode.sandbox` allows. A warning: the worker works.
    case sandboxIncomplete(SafeText)
    /// Files of a model that runs here, below this folder or file, are no longer those that were
    /// loaded. A warning: what is in memory stays as it is.
    case modelFilesChanged(SafeText)

    /// The stable name in snake case.
    package var code: StaticString {
        switch self {
        case .starting: "starting"
        case .modelUnverified: "model_unverified"
        case .partitionsUnassigned: "partitions_unassigned"
        case .brokerNeverSeen: "broker_never_seen"
        case .brokerSilent: "broker_silent"
        case .topicsMissing: "topics_missing"
        case .topicsMadeAnew: "topics_made_anew"
        case .publishingFails: "publishing_fails"
        case .inputRootHangs: "input_root_hangs"
        case .inputRootUnusable: "input_root_unusable"
        case .shuttingDown: "shutting_down"
        case .failed: "failed"
        case .sandboxIncomplete: "sandbox_incomplete"
        case .modelFilesChanged: "model_files_changed"
        }
    }

    /// One sentence for a person.
    package var text: SafeText {
        switch self {
        case .starting: "The worker is starting"
        case .modelUnverified: "The model has not been verified yet"
        case .partitionsUnassigned: "The consumer group has assigned no partitions yet"
        case .brokerNeverSeen(let trouble):
            "No broker has answered yet: \(trouble ?? "check kafka.bootstrap.servers")"
        case .brokerSilent(let silence, let trouble):
            "No broker has answered for \(silence): \(trouble ?? "check that one is up")"
        case .topicsMissing(let topics):
            "Topics are gone, and the worker waits for them: \(Self.list(topics))"
        case .topicsMadeAnew(let topics):
            "Topics were made anew, and are read from their beginning: \(Self.list(topics))"
        case .publishingFails(let code):
            "Transactions fail one after the other, the last with \(code)"
        case .inputRootHangs(let root):
            "The storage below the input root \(root) does not answer; other roots are read"
        case .inputRootUnusable(let root, let number):
            "The input root \(root) cannot be opened (errno \(number)); other roots are read"
        case .shuttingDown: "The worker is shutting down"
        case .failed(let reason): "The worker failed: \(reason)"
        case .sandboxIncomplete(let missing):
            "Files are decoded without \(missing): the system refuses it; see decode.sandbox"
        case .modelFilesChanged(let place):
            "The model is no longer what \(place) holds: a restart would load something else"
        }
    }

    private static func list(_ names: [SafeText]) -> SafeText {
        SafeText(operatorProvided: names.map(\.text).joined(separator: ", "))
    }
}

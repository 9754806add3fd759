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
    case brokerNeverSeen
    /// The last answer of a broker is too old.
    case brokerSilent(Duration)
    /// A signal asked for the end.
    case shuttingDown
    /// The worker cannot go on.
    case failed(SafeText)
    /// Decoders lack these protections, which `decode.sandbox` allows. A warning: the worker works.
    case sandboxIncomplete(SafeText)

    /// The stable name in snake case.
    package var code: StaticString {
        switch self {
        case .starting: "starting"
        case .modelUnverified: "model_unverified"
        case .partitionsUnassigned: "partitions_unassigned"
        case .brokerNeverSeen: "broker_never_seen"
        case .brokerSilent: "broker_silent"
        case .shuttingDown: "shutting_down"
        case .failed: "failed"
        case .sandboxIncomplete: "sandbox_incomplete"
        }
    }

    /// One sentence for a person.
    package var text: SafeText {
        switch self {
        case .starting: "The worker is starting"
        case .modelUnverified: "The model has not been verified yet"
        case .partitionsUnassigned: "The consumer group has assigned no partitions yet"
        case .brokerNeverSeen: "No broker has answered yet: check kafka.bootstrap.servers"
        case .brokerSilent(let silence): "No broker has answered for \(silence)"
        case .shuttingDown: "The worker is shutting down"
        case .failed(let reason): "The worker failed: \(reason)"
        case .sandboxIncomplete(let missing):
            "Files are decoded without \(missing): the system refuses it; see decode.sandbox"
        }
    }
}

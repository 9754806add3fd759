import KafkaTransport
import VigilCore

/// A call of a client that can fail.
enum ClientCall: String, Sendable, CaseIterable {
    case subscribe, completeAssign, completeRevoke, pause, resume, seek, committed, bounds
    case groupMetadata, initTransactions, learn, begin, produce, sendOffsets, commit, abort
    case pollProducer, open, read, ends
}

/// librdkafka's three ways of failing (`rdkafka.h`, "Transactional producer API").
enum FailureWay: Sendable, CaseIterable {
    case retriable, abortable, fatal

    /// An error of this way.
    func error(of call: ClientCall) -> KafkaError {
        let operation = SafeText(fixedMessage: call.rawValue)
        switch self {
        // _TIMED_OUT, ILLEGAL_GENERATION, _UNSUPPORTED_FEATURE, _FENCED
        case .retriable: return .retriable(KafkaFault(operation: operation, number: -185))
        case .abortable: return .abortable(KafkaFault(operation: operation, number: 22))
        case .fatal where call == .initTransactions:
            return .fatal(KafkaFault(operation: operation, number: -165))
        case .fatal: return .fatal(KafkaFault(operation: operation, number: -144))
        }
    }
}

/// How one call fails.
struct ClientFault: Sendable {
    let error: KafkaError
    /// The broker has done it all the same: only its answer is lost.
    var isDone = false

    /// A coordinator aborts, by its timeout, what a predecessor left open.
    static let fencedRegistration = ClientFault(
        error: .fatal(KafkaFault(operation: "initTransactions", number: -144)))
}

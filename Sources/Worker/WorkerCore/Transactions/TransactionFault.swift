/// How a transaction, or the taking back of one, failed: as much of librdkafka's classes of errors
/// as decisions ask for.
package enum TransactionFault: Sendable, Hashable, CaseIterable {
    /// There was no answer in time, or the client is not in the state that was thought: nobody
    /// knows what became of it.
    case unknown
    /// It is lost, and may be aborted: what it was to publish is good.
    case refused
    /// The broker takes no more from this producer: another one has its name, or the broker has
    /// aborted the transaction by itself.
    case fenced
    /// A record is too large for the broker.
    case tooLarge
    /// Anything else, of which nothing good is known.
    case unexpected
}

/// What is done about a transaction that failed.
package enum TransactionRemedy: Sendable, Hashable {
    /// It is aborted, and what it was to publish waits for the next one.
    case abort
    /// A new producer of the same name ends it one way or the other, and the committed offsets then
    /// tell which.
    case settle
    /// As ``settle``; then it is decided what is done about what was too large.
    case settleAndShrink
    /// The worker ends: only a restart can help, or nothing.
    case end
}

extension TransactionFault {
    /// What is done about a transaction that failed so.
    ///
    /// After a record that the broker refused as too large, librdkafka 2.0.2 skips sequence
    /// numbers, and every later transaction of that producer fails: it needs a new one.
    ///
    /// - Parameter hasOutlivedTimeout: it was open for as long as the broker lets one be. Then the
    ///   broker has aborted it, which fences its producer as another worker under the same name
    ///   would. Was there such a worker, the group puts this one out as well, and takes no offsets
    ///   from it.
    package func remedy(hasOutlivedTimeout: Bool) -> TransactionRemedy {
        switch self {
        case .unknown: .settle
        case .refused: .abort
        case .fenced: hasOutlivedTimeout ? .settle : .end
        case .tooLarge: .settleAndShrink
        case .unexpected: .end
        }
    }

    /// What is done when the aborting of a transaction failed so.
    package func remedyOfAborting(hasOutlivedTimeout: Bool) -> TransactionRemedy {
        switch self {
        case .unknown: .settle
        case .fenced: hasOutlivedTimeout ? .settle : .end
        case .refused, .tooLarge, .unexpected: .end
        }
    }
}

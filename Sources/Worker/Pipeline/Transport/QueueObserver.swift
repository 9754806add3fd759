internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// Looks once a second at what is in flight, tells it, and renews what librdkafka may have
/// forgotten. The transport thread's alone.
struct QueueObserver {
    /// A transaction that takes longer is told of as one that fails.
    private static let transactionSlow = Duration.seconds(10)

    private let context: TransportContext
    private let member: GroupMember
    private let transactions: OutcomeTransactions
    /// When it looks again.
    private(set) var nextDue: MonotonicTime

    init(_ context: TransportContext, member: GroupMember, transactions: OutcomeTransactions) {
        self.context = context
        self.member = member
        self.transactions = transactions
        nextDue = context.clock.monotonic()
    }

    /// Looks, if it is time.
    mutating func follow(now: MonotonicTime) {
        guard now >= nextDue else { return }
        nextDue = now + .seconds(1)
        member.keepPreference()
        if let lasted = transactions.lasted, lasted > Self.transactionSlow {
            context.health.mark(publishingFailure: "transaction_without_end")
        }
        let options = context.options
        let (depths, bytes, expected, deferred) = context.work.decide {
            (
                $0.depths, $0.bytes, $0.expectedWaits(now: now, allowed: options.rules.allowed),
                $0.deferralsWaiting
            )
        }
        context.telemetry.emit(
            QueueObserved(
                depths: depths, bytes: bytes, expected: expected, deferred: deferred,
                budgetShare: options.deferrer.budgetShare(at: context.clock.wall())))
    }
}

internal import Synchronization
package import VigilCore

/// The facts behind the probes. The worker sets them, the endpoint reads them; any thread.
package final class HealthState: Sendable {
    /// What the consumer group has given this worker.
    package enum Assignment: Sendable, Hashable {
        /// Nothing yet, or it was revoked.
        case none
        /// The group is balanced and has no partition left for this member: it stands by.
        case standby
        /// This many partitions, at least one.
        case partitions(Int)
    }

    /// A broker that has been silent for longer makes the worker unready.
    package static let brokerSilenceMax = Duration.seconds(30)

    private struct Facts {
        var hasStarted = false
        var isModelVerified = false
        var assignment = Assignment.none
        var brokerSeen: MonotonicTime?
        var isShuttingDown = false
        var failure: SafeText?
        var warnings: [HealthReason] = []
    }

    private let facts = Mutex(Facts())
    private let clock: any VigilClock

    /// Nothing is known: live, neither started nor ready.
    package init(clock: any VigilClock = SystemClock()) {
        self.clock = clock
    }

    /// Start-up has ended: settings read, model loaded, clients made.
    package func markStarted() { facts.withLock { $0.hasStarted = true } }

    /// The model's digests were checked, with this result.
    package func markModel(verified: Bool) { facts.withLock { $0.isModelVerified = verified } }

    /// The consumer group gave or took partitions.
    package func mark(assignment: Assignment) { facts.withLock { $0.assignment = assignment } }

    /// A broker answered just now: a fetch, a commit, or statistics that show a connection up.
    package func markBrokerSeen() {
        let now = clock.monotonic()
        facts.withLock { $0.brokerSeen = now }
    }

    /// The end has been asked for; the worker drains.
    package func markShuttingDown() { facts.withLock { $0.isShuttingDown = true } }

    /// The worker cannot go on; a supervisor should start it again.
    package func markFailed(_ reason: SafeText) { facts.withLock { $0.failure = reason } }

    /// Something is not as it should be, and the worker works all the same: `/ready` tells it.
    package func warn(_ warning: HealthReason) { facts.withLock { $0.warnings.append(warning) } }

    /// Whether the process should be left running.
    package var live: HealthReport {
        facts.withLock { HealthReport(reasons: $0.failure.map { [.failed($0)] } ?? []) }
    }

    /// Whether start-up has ended.
    package var startup: HealthReport {
        facts.withLock { HealthReport(reasons: $0.hasStarted ? [] : [.starting]) }
    }

    /// Whether the worker takes studies: started, model verified, partitions assigned (or standing
    /// by for them), and a broker seen within ``brokerSilenceMax``.
    package var ready: HealthReport {
        let now = clock.monotonic()
        return facts.withLock { facts in
            var reasons: [HealthReason] = []
            if let failure = facts.failure { reasons.append(.failed(failure)) }
            if facts.isShuttingDown { reasons.append(.shuttingDown) }
            if !facts.hasStarted { reasons.append(.starting) }
            if !facts.isModelVerified { reasons.append(.modelUnverified) }
            if facts.assignment == .none { reasons.append(.partitionsUnassigned) }
            if let seen = facts.brokerSeen {
                let silence = now - seen
                if silence > Self.brokerSilenceMax { reasons.append(.brokerSilent(silence)) }
            } else {
                reasons.append(.brokerNeverSeen)
            }
            return HealthReport(reasons: reasons, warnings: facts.warnings)
        }
    }
}

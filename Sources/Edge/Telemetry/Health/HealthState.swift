internal import Processes
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
        var brokerTrouble: SafeText?
        var missingTopics: [SafeText] = []
        var topicsMadeAnew: [SafeText] = []
        var publishingFailure: SafeText?
        var isShuttingDown = false
        var failure: SafeText?
        /// What is wrong with input roots, in the order in which that began.
        var roots: [(root: SafeText, trouble: HealthReason)] = []
        /// What a person should mend although the worker works.
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
        facts.withLock {
            $0.brokerSeen = now
            $0.brokerTrouble = nil
        }
    }

    /// What the client says of the brokers that it cannot speak to, until one answers.
    package func mark(brokerTrouble: SafeText?) {
        facts.withLock { $0.brokerTrouble = brokerTrouble }
    }

    /// These of the topics that the worker reads or writes are gone, and these were made anew and
    /// are not read from their beginning yet.
    package func mark(missingTopics: [SafeText], topicsMadeAnew: [SafeText]) {
        facts.withLock {
            $0.missingTopics = missingTopics
            $0.topicsMadeAnew = topicsMadeAnew
        }
    }

    /// Transactions fail one after the other, the last with this code; nil when they do not.
    package func mark(publishingFailure: SafeText?) {
        facts.withLock { $0.publishingFailure = publishingFailure }
    }

    /// What is wrong with an input root; nil when nothing is any more.
    package func mark(inputRoot root: SafeText, trouble: HealthReason?) {
        facts.withLock { facts in
            facts.roots.removeAll { $0.root == root }
            if let trouble { facts.roots.append((root, trouble)) }
        }
    }

    /// The end has been asked for; the worker drains.
    package func markShuttingDown() { facts.withLock { $0.isShuttingDown = true } }

    /// The worker cannot go on; a supervisor should start it again.
    package func markFailed(_ reason: SafeText) { facts.withLock { $0.failure = reason } }

    /// Something is not as it should be, and the worker works all the same: `/ready` tells it.
    package func warn(_ warning: HealthReason) { facts.withLock { $0.warnings.append(warning) } }

    /// What was warned of has been mended.
    package func withdraw(_ warning: HealthReason) {
        facts.withLock { $0.warnings.removeAll { $0 == warning } }
    }

    /// Whether the process should be left running. It should where an input root is away, which a
    /// restart does not bring back; the report tells of it.
    package var live: HealthReport {
        facts.withLock {
            HealthReport(
                reasons: $0.failure.map { [.failed($0)] } ?? [], remarks: $0.roots.map(\.trouble))
        }
    }

    /// Whether start-up has ended.
    package var startup: HealthReport {
        facts.withLock { HealthReport(reasons: $0.hasStarted ? [] : [.starting]) }
    }

    /// Whether the worker takes studies and can read all of them: started, model verified,
    /// partitions assigned (or standing by for them), a broker seen within ``brokerSilenceMax``,
    /// and no input root away.
    package var ready: HealthReport {
        let now = clock.monotonic()
        return facts.withLock { facts in
            var reasons: [HealthReason] = []
            if let failure = facts.failure { reasons.append(.failed(failure)) }
            if facts.isShuttingDown { reasons.append(.shuttingDown) }
            if !facts.hasStarted { reasons.append(.starting) }
            if !facts.isModelVerified { reasons.append(.modelUnverified) }
            if facts.assignment == .none { reasons.append(.partitionsUnassigned) }
            let (missing, anew) = (facts.missingTopics, facts.topicsMadeAnew)
            if !missing.isEmpty { reasons.append(.topicsMissing(missing)) }
            if !anew.isEmpty { reasons.append(.topicsMadeAnew(anew)) }
            if let code = facts.publishingFailure { reasons.append(.publishingFails(code)) }
            if let seen = facts.brokerSeen {
                let silence = now - seen
                if silence > Self.brokerSilenceMax {
                    reasons.append(.brokerSilent(silence, facts.brokerTrouble))
                }
            } else {
                reasons.append(.brokerNeverSeen(facts.brokerTrouble))
            }
            reasons += facts.roots.map(\.trouble)
            return HealthReport(reasons: reasons, remarks: facts.warnings)
        }
    }
}

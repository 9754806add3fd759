internal import Audit
internal import KafkaTransport
internal import Signing
internal import Telemetry
package import VigilCore
internal import Wire
internal import WorkerCore

/// Publishes what is finished in transactions, one at a time and beside the taking in of records,
/// and settles how each has ended. The transport thread's alone.
package final class OutcomeTransactions {
    private typealias Plan = LockedCore.Core.TransactionPlan

    /// All that one transaction tells.
    private struct Told {
        let plan: Plan
        let accounts: EnergyAccounts.Settlement
        let page: AuditPage?

        init(_ plan: Plan, _ accounts: EnergyAccounts.Settlement, _ page: AuditPage?) {
            self.plan = plan
            self.accounts = accounts
            self.page = page
        }
    }

    private let context: TransportContext
    private let member: GroupMember
    private let producer: WorkerProducer
    private let publisher: OutcomePublisher
    private let energy: EnergyAccounts
    /// Told of what is published.
    private let tables: StudyTables
    /// Nil where no audit log is kept.
    private let audit: AuditTrail?
    /// The transaction that is made while records are taken in.
    private var underway: TransactionUnderway?
    /// When the newest transaction began.
    private var begun: MonotonicTime
    /// Whether topics of events, or of outcomes, are not there now.
    private var lacksInputs = false
    private var lacksOutputs = false

    package init(
        _ context: TransportContext, member: GroupMember, producer: WorkerProducer,
        publisher: OutcomePublisher, energy: EnergyAccounts, tables: StudyTables,
        audit: AuditTrail? = nil
    ) {
        self.tables = tables
        self.audit = audit
        self.context = context
        self.member = member
        self.producer = producer
        self.publisher = publisher
        self.energy = energy
        begun = context.clock.monotonic()
    }

    private var work: LockedCore { context.work }
    private var now: MonotonicTime { context.clock.monotonic() }

    // MARK: When

    /// Whether a transaction is under way.
    package var isUnderway: Bool { underway != nil }

    /// How long the transaction under way has lasted; nil when there is none.
    var lasted: Duration? { isUnderway ? now - begun : nil }

    /// When the next transaction is due; nil while one is under way, or topics of outcomes are
    /// missing.
    package func nextDue(now: MonotonicTime) -> MonotonicTime? {
        guard !isUnderway, !lacksOutputs else { return nil }
        let next = [energy.nextDue, audit?.nextDue].compactMap { $0 }.min() ?? energy.nextDue
        return work.decide { $0.transactionDue(now: now) }.map { min($0, next) } ?? next
    }

    /// Notes which topics are not there now.
    func note(missingInputs inputs: Set<String>, outputs: Set<String>) {
        lacksInputs = !inputs.isEmpty
        lacksOutputs = !outputs.isEmpty
    }

    // MARK: Beginning

    /// Begins a transaction of what is finished, and of an energy interval if one is due. The one
    /// before it is over. None begins once the worker has ended: what became of the last one may
    /// never have been known, and offsets that a later one commits could tell of its records as
    /// done.
    package func publish() {
        guard work.ended == nil else { return }
        let mayRaise = context.options.orders.unvalidatedMayRaise
        let plan = work.decide {
            $0.openStandingTransaction(mayRaise: mayRaise) ?? .empty
        }
        let accounts = settle(plan)
        let isAuditDue = audit?.nextDue.map { $0 <= now } ?? false
        guard !plan.outcomes.isEmpty || !accounts.records.isEmpty || isAuditDue else {
            // A window of too few studies goes on.
            return energy.extend(now: now)
        }
        begin(plan, accounts)
    }

    /// Publishes what is finished, as long as that goes well; what is left runs again at the next
    /// owner's.
    package func publishAll() {
        let roundsMax = 64
        for _ in 0..<roundsMax {
            let failures = work.decide { $0.hasPublishable ? $0.abortedInARow : nil }
            guard let failures, work.ended == nil, !lacksOutputs else { return }
            publish()
            end()
            if work.decide({ $0.abortedInARow }) > failures { return }
        }
    }

    /// Publishes the energy of the last, unfinished window when the worker ends in order, and what
    /// the audit log is to tell of that: the stop, and then a checkpoint of all.
    func publishLastWindow() {
        let isIdle = work.decide { $0.isIdle }
        guard work.ended == nil, isIdle || audit != nil else { return }
        audit?.end()
        begin(.empty, settle(.empty, isLast: isIdle))
        end()
        guard work.ended == nil, audit?.nextDue != nil else { return }
        begin(.empty, settle(.empty))
        end()
    }

    /// Whether a transaction of revisions may begin now.
    var mayRevise: Bool { !isUnderway && !lacksInputs && !lacksOutputs && work.ended == nil }

    /// Begins a transaction of findings that are revised, at the orders of their studies as they
    /// stand.
    func revise(_ findings: [LockedCore.Core.Revised]) {
        let (options, placement) = (context.options, context.options.rules.placement)
        let counts = options.partitions.now
        let plan = work.decide { core in
            let standing = findings.map { revised in
                var revised = revised
                revised.finding.standAgain(
                    by: core.standing(of: revised.study),
                    mayRaise: options.orders.unvalidatedMayRaise)
                return revised
            }
            return core.openRevisions(standing, placement, counts)
        }
        begin(plan, settle(plan))
    }

    /// Commits offsets alone, unless the worker has ended.
    package func commit(_ offsets: [OffsetToCommit]) {
        guard work.ended == nil else { return }
        let plan = Plan(outcomes: [], offsets: offsets)
        begin(plan, settle(plan))
        end()
    }

    private func settle(_ plan: Plan, isLast: Bool = false) -> EnergyAccounts.Settlement {
        let isAtRest = work.decide { $0.inFlight - $0.deferralsWaiting } == plan.recordCount
        return energy.settle(plan.costs, now: now, isAtRest: isAtRest, isLast: isLast)
    }

    private func begin(_ plan: Plan, _ accounts: EnergyAccounts.Settlement) {
        begun = now
        let page: AuditPage?
        do throws(SigningError) {
            page = try audit?.page()
        } catch {
            return work.stop(.failed(error))
        }
        do throws(KafkaError) {
            underway = TransactionUnderway(
                plan, accounts, page: page, publisher: publisher, producer: producer,
                group: try member.groupMetadata(), energy: energy)
        } catch {
            failed(Told(plan, accounts, page), error)
        }
    }

    // MARK: Ending

    /// Takes the end of the transaction under way, if there is one. One that has outlived its time
    /// is left to its thread, and settled by a new producer.
    ///
    /// - Parameter waits: for one that is not over yet.
    package func end(waits: Bool = true) {
        guard isUnderway else { return }
        let endsBy = begun + OutcomePublisher.transactionMax
        if waits { producer.wait(until: endsBy) { underway?.call.isOver ?? true } }
        let isOver = underway?.call.isOver ?? false
        guard isOver || now >= endsBy, let transaction = underway.take() else { return }
        let told = Told(transaction.plan, transaction.accounts, transaction.page)
        let begun = energy.beginPublishing()
        switch transaction.end() {
        case .success: committed(told)
        case .failure(let error): failed(told, error)
        }
        energy.endPublishing(begun)
        work.wakeDecoders()
    }

    private func committed(_ told: Told) {
        let plan = told.plan
        energy.adopt(told.accounts)
        let histories =
            plan.outcomes.compactMap { $0.outcome.history(of: $0.study) }
            + plan.revisions.compactMap { revised in
                StudyHistory(revised.finding).map { (revised.study, $0) }
            }
        work.decide { core in
            for (study, history) in histories { core.note(history, of: study) }
            if plan.outcomes.isEmpty {
                core.offsetsCommitted()
            } else {
                core.transactionCommitted()
            }
            core.endReviews(plan.revisions.map(\.study))
        }
        tables.note(
            plan.outcomes.compactMap { $0.outcome.finding } + plan.revisions.map(\.finding))
        context.health.markBrokerSeen()
        context.health.mark(publishingFailure: nil)
        publisher.announce(plan, told.accounts)
        guard let page = told.page else { return }
        do throws(AuditError) {
            try audit?.adopt(page)
        } catch {
            work.stop(.failed(error))
        }
    }

    /// Does what is decided of a transaction that failed.
    private func failed(_ told: Told, _ error: KafkaError) {
        audit?.reject()
        let fault = TransactionFault(error)
        let remedy = fault.remedy(hasOutlivedTimeout: hasOutlivedTimeout)
        work.decide {
            $0.revisionsFailed(told.plan.revisions.map(\.study), isUnknown: remedy != .abort)
        }
        switch remedy {
        case .abort: abort(told, error)
        case .settle: settleUnknown(told, error)
        case .settleAndShrink:
            settleUnknown(told, error)
            giveUpTooLarge(told.plan, error)
        case .end:
            context.telemetry.emit(
                TransactionAborted(outcome: fault == .fenced ? .fenced : .aborted, error: error))
            work.stop(.failed(error))
        }
    }

    /// Whether the transaction has been open for as long as the broker lets one be.
    private var hasOutlivedTimeout: Bool {
        now - begun >= context.clients.configuration.transactionTimeout
    }

    private func abort(_ told: Told, _ error: KafkaError) {
        context.telemetry.emit(TransactionAborted(outcome: .aborted, error: error))
        do throws(KafkaError) {
            try producer.use { (producer) throws(KafkaError) in
                try producer.abort(within: OutcomePublisher.callMax)
            }
            retryLater(after: error)
        } catch {
            let fault = TransactionFault(error)
            switch fault.remedyOfAborting(hasOutlivedTimeout: hasOutlivedTimeout) {
            case .settle: settleUnknown(told, error)
            default: work.stop(.failed(error))
            }
        }
    }

    /// Puts the outcomes back for the next transaction, unless too many have failed.
    private func retryLater(after error: KafkaError) {
        let (now, lacksTopic) = (now, error.isUnknownTopic || lacksOutputs || lacksInputs)
        let (goesOn, failed) = work.decide {
            ($0.transactionAborted(now: now, lacksTopic: lacksTopic), $0.abortedInARow)
        }
        if failed > 1 { context.health.mark(publishingFailure: error.code) }
        if !goesOn {
            work.stop(.failed(PipelineError.publishingFailed(attempts: failed)))
        }
    }

    /// The broker did not answer, so nobody knows whether the transaction was committed. A new
    /// producer under the same id ends the old transaction one way or the other; the committed
    /// offsets then tell which. A transaction without outcomes, an energy interval's, is written
    /// again under the same event id. Where an audit log is kept, its topic tells in their place:
    /// the transaction's leaves stand in it or they do not.
    private func settleUnknown(_ told: Told, _ error: KafkaError) {
        context.telemetry.emit(TransactionAborted(outcome: .aborted, error: error))
        do throws(KafkaError) {
            guard try producer.renew() else { return }
            let plan = told.plan
            let committedNow = try member.committedOffsets(plan.offsets.map(\.partition))
            var isCommitted = plan.isCommitted(given: committedNow)
            if let page = told.page, let answer = try audit?.settle(page) {
                switch answer {
                case .success(let isInTree): isCommitted = isInTree ?? isCommitted
                case .failure(let fault): return work.stop(.failed(fault))
                }
            }
            if isCommitted {
                committed(told)
            } else {
                retryLater(after: error)
            }
        } catch {
            work.stop(.failed(error))
        }
    }

    /// Puts a dead letter in the place of an outcome that is too large for the broker, or ends the
    /// worker, as it is decided.
    private func giveUpTooLarge(_ plan: Plan, _ error: KafkaError) {
        let kinds = plan.outcomes.map(\.outcome.kind)
        let letter = StudyOutcome.deadLetter(
            StageFailure(.publish, error), at: context.clock.wall())
        let ticket = plan.outcomes.first?.study.ticket
        let action = work.decide { core in
            let action = core.transactionTooLarge(kinds)
            if action == .giveUp, let ticket { core.replaceOutcome(of: ticket, with: letter) }
            return action
        }
        if action == .end { work.stop(.failed(PipelineError.deadLetterTooLarge)) }
        if plan.revisions.count == 1 { tables.giveUp(plan.revisions[0].study) }
    }
}

extension TransactionFault {
    /// What of an error of librdkafka decisions ask for. A call that the client finds out of place
    /// says that its state is not the one thought: as unknown as no answer.
    fileprivate init(_ error: KafkaError) {
        switch error {
        case .retriable, .misuse: self = .unknown
        case .abortable, .unknownTopic: self = .refused
        case .fatal: self = .fenced
        case .tooLarge: self = .tooLarge
        case .notPermitted, .unexpected, .property, .configuration, .operatingSystem:
            self = .unexpected
        }
    }
}

internal import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension TransportLoop {
    /// Begins a transaction of what is finished, and of an energy interval if one is due. The one
    /// before it is over.
    func publish() {
        let mayRaise = options.orders.unvalidatedMayRaise
        let plan = work.decide {
            $0.openStandingTransaction(mayRaise: mayRaise) ?? .empty
        }
        let accounts = settle(plan)
        guard !plan.outcomes.isEmpty || !accounts.records.isEmpty else {
            // A window of too few studies goes on.
            return energy.extend(now: clock.monotonic())
        }
        begin(plan, accounts)
    }

    /// Publishes the energy of the last, unfinished window when the worker ends in order.
    func publishLastWindow() {
        guard work.ended == nil, work.decide({ $0.isIdle }) else { return }
        begin(.empty, settle(.empty, isLast: true))
        endTransaction()
    }

    private func settle(
        _ plan: LockedCore.Core.TransactionPlan, isLast: Bool = false
    ) -> EnergyAccounts.Settlement {
        let isAtRest = work.decide { $0.inFlight - $0.deferralsWaiting } == plan.recordCount
        return energy.settle(
            plan.costs, now: clock.monotonic(), isAtRest: isAtRest, isLast: isLast)
    }

    /// Commits where partitions stand when they are taken over, and that a worker began there: if
    /// it dies, the next one knows. Besides, librdkafka takes about a second to find its way for a
    /// first transaction with offsets, which an urgent study would have to wait for. Partitions
    /// without a commit are left out when reading begins anywhere but at the beginning.
    func commitStarts(_ ledgers: [TopicPartition: OffsetLedger], committed: [CommittedOffset]) {
        let reset =
            configuration.consumer["auto.offset.reset"]
            ?? configuration.common["auto.offset.reset"] ?? "earliest"
        let isFromBeginning = ["earliest", "smallest", "beginning"].contains(reset)
        let known = committed.filter { $0.nextOffset != nil || isFromBeginning }
        let offsets = known.compactMap { start in
            ledgers[start.partition]?.commit(of: start.partition)
        }
        if !offsets.isEmpty { commit(offsets) }
    }

    /// Commits offsets alone.
    func commit(_ offsets: [OffsetToCommit]) {
        let plan = LockedCore.Core.TransactionPlan(outcomes: [], offsets: offsets)
        begin(plan, settle(plan))
        endTransaction()
    }

    private func begin(
        _ plan: LockedCore.Core.TransactionPlan, _ accounts: EnergyAccounts.Settlement
    ) {
        transactionBegun = clock.monotonic()
        do throws(KafkaError) {
            underway = TransactionUnderway(
                plan, accounts, publisher: publisher, producer: producer,
                group: try consumer.groupMetadata(), energy: energy, over: work.transport)
        } catch {
            failed(plan, accounts, error)
        }
    }

    /// When the transaction under way is given up if it is not over.
    var transactionEndsBy: MonotonicTime { transactionBegun + OutcomePublisher.transactionMax }

    /// Takes the end of the transaction under way, if there is one. One that has outlived its time
    /// is left to its thread, and settled by a new producer.
    ///
    /// - Parameter waits: for one that is not over yet.
    func endTransaction(waits: Bool = true) {
        guard underway != nil else { return }
        if waits { waitFor(until: transactionEndsBy) { underway?.call.isOver ?? true } }
        let isOver = underway?.call.isOver ?? false
        guard isOver || clock.monotonic() >= transactionEndsBy,
            let transaction = underway.take()
        else { return }
        let (plan, accounts) = (transaction.plan, transaction.accounts)
        let begun = energy.beginPublishing()
        switch transaction.end() {
        case .success: committed(plan, accounts)
        case .failure(let error): failed(plan, accounts, error)
        }
        energy.endPublishing(begun)
        work.wakeDecoders()
    }

    /// Uses the producer for at most the time of a transaction, and waits for it.
    ///
    /// - Throws: what it throws; `.misuse` when its end is not known.
    func useProducer(
        _ body: @escaping @Sendable (borrowing TransactionalProducer) throws(KafkaError) -> Void
    ) throws(KafkaError) {
        let call = ProducerCall(of: producer, over: work.transport, body)
        waitFor(until: clock.monotonic() + OutcomePublisher.transactionMax) { call.isOver }
        try call.end().get()
    }

    /// Waits for something that signals the transport's wake-up, and looks once a second anyway.
    private func waitFor(until end: MonotonicTime, _ isOver: () -> Bool) {
        while !isOver(), clock.monotonic() < end {
            // An error of poll(2) ends the wait, and the loop looks again.
            _ = try? WakeUp.wait(
                on: [work.transport.fileDescriptor],
                timeout: min(.seconds(1), max(.zero, end - clock.monotonic())))
            work.transport.drain()
        }
        // What else was signalled meanwhile is to be looked at.
        work.transport.signal()
    }

    private func committed(
        _ plan: LockedCore.Core.TransactionPlan, _ accounts: EnergyAccounts.Settlement
    ) {
        energy.adopt(accounts)
        let histories = plan.outcomes.compactMap {
            Self.history(after: $0.outcome, of: $0.study)
        }
        work.decide { core in
            for (study, history) in histories { core.note(history, of: study) }
            core.transactionCommitted()
        }
        health.markBrokerSeen()
        health.mark(publishingFailure: nil)
        publisher.announce(plan, accounts)
    }

    /// Ends a transaction that failed, by librdkafka's three classes of errors. A call that the
    /// client finds out of place says that its state is not the one thought: as unknown as no
    /// answer.
    private func failed(
        _ plan: LockedCore.Core.TransactionPlan, _ accounts: EnergyAccounts.Settlement,
        _ error: KafkaError
    ) {
        switch error {
        case .retriable, .misuse:
            settleUnknown(plan, accounts, error)
        case .fatal where hasOutlivedTimeout:
            settleUnknown(plan, accounts, error)
        case .abortable, .unknownTopic:
            abort(plan, accounts, error)
        case .tooLarge:
            // After a record that the broker refused, librdkafka 2.0.2 skips sequence numbers, and
            // every later transaction of that producer fails.
            settleUnknown(plan, accounts, error)
            giveUpTooLarge(plan, error)
        default:
            telemetry.emit(
                TransactionAborted(outcome: error.isFenced ? .fenced : .aborted, error: error))
            work.stop(.failed(error))
        }
    }

    private func abort(
        _ plan: LockedCore.Core.TransactionPlan, _ accounts: EnergyAccounts.Settlement,
        _ error: KafkaError
    ) {
        telemetry.emit(TransactionAborted(outcome: .aborted, error: error))
        do throws(KafkaError) {
            try useProducer { (producer) throws(KafkaError) in
                try producer.abort(within: OutcomePublisher.callMax)
            }
            retryLater(after: error)
        } catch {
            switch error {
            case .retriable, .misuse: settleUnknown(plan, accounts, error)
            case .fatal where hasOutlivedTimeout: settleUnknown(plan, accounts, error)
            default: work.stop(.failed(error))
            }
        }
    }

    /// Whether the broker has aborted the transaction by itself, which fences its producer as
    /// another worker under the same name would. Was there such a worker, the group puts this one
    /// out as well, and takes no offsets from it.
    private var hasOutlivedTimeout: Bool {
        clock.monotonic() - transactionBegun >= configuration.transactionTimeout
    }

    /// Puts the outcomes back for the next transaction, unless too many have failed; a topic that
    /// is gone is waited for.
    private func retryLater(after error: KafkaError) {
        let now = clock.monotonic()
        let (goesOn, failed) = work.decide {
            ($0.transactionAborted(now: now), $0.abortedInARow)
        }
        if failed > 1 { health.mark(publishingFailure: error.code) }
        if !goesOn, !error.isUnknownTopic, missingOutputs.isEmpty, missingInputs.isEmpty {
            work.stop(.failed(PipelineError.publishingFailed(attempts: failed)))
        }
    }

    /// The broker did not answer, so nobody knows whether the transaction was committed. A new
    /// producer under the same id ends the old transaction one way or the other; the committed
    /// offsets then tell which. A transaction without outcomes, an energy interval's, is written
    /// again under the same event id.
    private func settleUnknown(
        _ plan: LockedCore.Core.TransactionPlan, _ accounts: EnergyAccounts.Settlement,
        _ error: KafkaError
    ) {
        telemetry.emit(TransactionAborted(outcome: .aborted, error: error))
        do throws(KafkaError) {
            producer = try SharedProducer(configuration: configuration, sink: sink)
            guard try reachBroker() else { return }
            let committedNow = try committedOffsets(plan.offsets.map(\.partition))
            if plan.isCommitted(given: committedNow) {
                committed(plan, accounts)
            } else {
                retryLater(after: error)
            }
        } catch {
            work.stop(.failed(error))
        }
    }

    /// Waits in slices until the broker takes the new producer, however long that is: what is in
    /// flight is bounded, and the worker is not ready meanwhile. False when a stop was asked for
    /// instead.
    func reachBroker() throws(KafkaError) -> Bool {
        let begun = clock.monotonic()
        var giveUp: MonotonicTime?
        while giveUp.map({ clock.monotonic() < $0 }) ?? true {
            do throws(KafkaError) {
                try producer.initTransactions(within: .seconds(1))
                return true
            } catch {
                guard error.isRetriable else { throw error }
                tellWaiting(clock.monotonic() - begun)
            }
            if stop.isRequested { giveUp = giveUp ?? clock.monotonic() + options.drainMax }
        }
        work.stop(.finished)
        return false
    }

    /// Puts a dead letter in the place of an outcome that is too large for the broker, or ends the
    /// worker, as it is decided.
    private func giveUpTooLarge(_ plan: LockedCore.Core.TransactionPlan, _ error: KafkaError) {
        let kinds = plan.outcomes.map(\.outcome.kind)
        let letter = StudyOutcome.deadLetter(StageFailure(.publish, error), at: clock.wall())
        let ticket = plan.outcomes.first?.study.ticket
        let action = work.decide { core in
            let action = core.transactionTooLarge(kinds)
            if action == .giveUp, let ticket { core.replaceOutcome(of: ticket, with: letter) }
            return action
        }
        if action == .end { work.stop(.failed(PipelineError.deadLetterTooLarge)) }
    }
}

extension KafkaError {
    /// Whether another worker took this one's place.
    fileprivate var isFenced: Bool {
        if case .fatal = self { true } else { false }
    }
}

internal import Energy
internal import Settings
internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

extension OutcomePublisher {
    /// From the event's time in Kafka, waiting in the topic included. A sender's clock that is
    /// ahead makes it no shorter than what was measured here, and one that is far behind no longer
    /// than a month.
    private func latency(
        of study: StudyInFlight, now: MonotonicTime, wall: Timestamp
    ) -> Duration {
        let measured = now - study.taken
        guard let sent = study.available else { return measured }
        let microseconds = wall.microseconds.subtractingReportingOverflow(sent.microseconds)
        guard !microseconds.overflow else { return measured }
        let whole = Duration.microseconds(min(microseconds.partialValue, Self.latencyMax))
        return max(measured, whole)
    }

    /// A month in microseconds; see ``latency(of:now:wall:)``.
    private static let latencyMax: Int64 = 30 * 86_400_000_000

    /// Tells of what a committed transaction has made public.
    func announce(
        _ plan: LockedCore.Core.TransactionPlan, _ accounts: EnergyAccounts.Settlement
    ) {
        let now = clock.monotonic()
        defer {
            if !plan.outcomes.isEmpty || !plan.revisions.isEmpty {
                crash.pass(.afterAnnouncement)
            }
        }
        for record in accounts.records {
            telemetry.emit(EnergyAccounted(record))
            spend(record)
        }
        for event in findings.drafted.take() { telemetry.emit(event) }
        for revised in plan.revisions {
            telemetry.emit(
                FindingRevised(
                    finding: revised.finding.findingID, change: revised.change,
                    priority: revised.finding.priority.effective,
                    revision: revised.finding.revision?.number ?? 1))
        }
        let wall = clock.wall()
        for (study, outcome) in plan.outcomes {
            tracer.tell(outcome, of: study, at: wall)
            telemetry.emit(
                StudyProcessed(
                    topic: SafeText(operatorProvided: study.record.position.topic),
                    duration: now - study.taken, error: outcome.errorCode))
            announce(outcome, of: study, now: now, wall: wall)
        }
    }

    private func announce(
        _ outcome: StudyOutcome, of study: StudyInFlight, now: MonotonicTime, wall: Timestamp
    ) {
        switch outcome {
        case .finding(let finding, let energy, _, _):
            telemetry.emit(
                FindingPublished(
                    finding: finding.findingID, priority: finding.priority.effective,
                    latency: latency(of: study, now: now, wall: wall),
                    joules: energy.reading.joules, energyMethod: energy.reading.method))
            announceAnswers(finding)
            announceSavings(energy)
        case .order: break
        case .record(let record) where record.isWithdrawn:
            telemetry.emit(
                StudyRetracted(
                    study: record.pseudonym, revision: record.revision?.number ?? 1))
        case .record(let record):
            telemetry.emit(
                FindingPublished(
                    finding: record.findingID, priority: record.priority.effective,
                    latency: now - study.taken, joules: .zero, energyMethod: .none))
        case .deadLetter(let failure, _), .quarantined(let failure, _, _):
            announce(failure, study)
        case .postponed(let failure, _):
            announcePostponed(failure, study)
        case .deferral(let note):
            telemetry.emit(
                StudyDeferred(
                    notBefore: note.notBefore, intensity: note.intensity,
                    expected: note.expected,
                    reason: SafeText(fixedMessage: note.reason.rawValue)))
        case .placed(let note, _, _):
            telemetry.emit(
                StudyPlaced(
                    .forwarded, topic: SafeText(operatorProvided: note.origin.topic),
                    partition: note.origin.partition, offset: note.origin.offset))
        }
    }

    private func announceAnswers(_ finding: Finding) {
        guard finding.assessed != nil else { return }
        let answers = finding.findings.map(\.answer)
        telemetry.emit(
            FindingsAnswered(
                flagged: answers.count { $0 == .flagged },
                notFlagged: answers.count { $0 == .notFlagged },
                abstained: answers.count { $0.isAbstained },
                explained: finding.findings.compactMap(\.explained)))
        if let context = finding.decision.context { telemetry.emit(ContextAsked(context.state)) }
        if let prior = finding.assessed?.prior { telemetry.emit(PriorAsked(prior.state)) }
    }

    /// Takes a window's energy off the day's budget.
    private func spend(_ record: EnergyRecord) {
        let now = clock.wall()
        let grams = record.carbon.map { $0.grams + $0.embodied } ?? 0
        guard
            let kind = budget.add(joules: record.reading.joules.value, grams: grams, at: now)
        else { return }
        telemetry.emit(
            BudgetSpent(
                kind: SafeText(fixedMessage: kind.rawValue), until: EnergyBudget.nextDay(after: now)
            ))
    }

    private func announceSavings(_ energy: EnergyRecord) {
        guard case .study(let share) = energy.subject else { return }
        if let deferral = share.deferral {
            telemetry.emit(
                DeferralEnded(
                    reason: SafeText(fixedMessage: deferral.end), waited: deferral.waited,
                    saved: deferral.saved))
        }
        if let cascade = share.cascade {
            telemetry.emit(
                CascadeDecided(
                    decision: SafeText(fixedMessage: cascade.decision), saved: cascade.saved))
        }
    }

    private func announce(_ failure: StageFailure, _ study: StudyInFlight) {
        for position in study.records.map(\.position) { announce(failure, study, at: position) }
    }

    private func announce(
        _ failure: StageFailure, _ study: StudyInFlight, at position: RecordPosition
    ) {
        telemetry.emit(
            StudyDeadLettered(
                stage: failure.stage, code: failure.error.code, what: failure.error.what,
                attempts: study.attempts, topic: SafeText(operatorProvided: position.topic),
                partition: position.partition, offset: position.offset))
    }

    private func announcePostponed(_ failure: StageFailure, _ study: StudyInFlight) {
        for record in study.records {
            guard let next = returns.retries.following(record.position.topic) else {
                announce(failure, study, at: record.position)
                continue
            }
            telemetry.emit(
                StudyPostponed(
                    stage: failure.stage, code: failure.error.code, attempts: study.attempts,
                    topic: SafeText(operatorProvided: next)))
        }
    }
}

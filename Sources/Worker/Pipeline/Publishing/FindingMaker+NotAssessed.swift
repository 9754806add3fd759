internal import Energy
internal import VigilCore
internal import Wire

extension FindingMaker {
    /// The record of a study that has nothing to show to the model, and what reading it took.
    ///
    /// - Parameters:
    ///   - spent: what the model took over images of it that it was shown before that was known.
    ///   - measured: of nothing: how energy is measured now.
    ///   - time: now.
    func notAssessed(
        _ member: StudyBatch.Member, _ prepared: PreparedStudy, spent: StudyCost?,
        _ measured: EnergyMeasurement, at time: (MonotonicTime, Timestamp)
    ) -> (StudyOutcome, StudyCost) {
        let pseudonym = Pseudonym(of: member.event.study, key: pseudonyms.bytes)
        let cause = EventIdentity(of: member.event)
        let read = StudyCost(decode: prepared.energy, inference: measured.reading, work: 0)
        let cost = spent.map { read.and($0) } ?? read
        var run = self.run(
            member, prepared,
            Run(
                batch: FindingRecord.Batch(id: "", size: 0), started: time, ended: time,
                triaged: time.0,
                energy: measured, cost: cost, weight: 0, cache: nil))
        run.forgetInference()
        var decision = FindingRecord.Decision()
        decision.decidedAt = time.1
        decision.gates = prepared.gates
        let finding = FindingRecord.notAssessed(
            prepared.reasons, study: member.event.study, pseudonym: pseudonym, cause: cause,
            order: prepared.order ?? FindingRecord.Order(event: member.event.priority),
            // A revision is one of the same finding.
            findingID: prepared.revision == nil ? nil : id(of: prepared, pseudonym),
            decision: decision, leftOut: prepared.leftOut, revision: prepared.revision, run: run)
        let energy = EnergyRecord(
            subject: .study(
                EnergyRecord.StudyShare(
                    findingID: finding.findingID, study: pseudonym, cause: cause,
                    traceparent: member.event.traceparent,
                    tracestate: member.event.tracestate, deferral: member.waited)),
            reading: measured.reading, cpuShare: measured.cpuShare, cpuTime: measured.cpuTime,
            basis: measured.basis.text)
        return (.finding(finding, energy, cost), cost)
    }
}

extension PreparedStudy {
    /// Why it is not assessed; at least one.
    fileprivate var reasons: [FindingRecord.Reason] {
        guard mismatches.isEmpty else {
            return [FindingRecord.Reason(.identityMismatch)]
                + mismatches.map { FindingRecord.Reason(FindingRecord.LeftOut.Reason($0)) }
        }
        var named: [FindingRecord.LeftOut.Reason] = []
        for other in leftOut where !named.contains(other.reason) { named.append(other.reason) }
        return [FindingRecord.Reason(.nothingToAssess)] + named.map { FindingRecord.Reason($0) }
    }

    /// What the gates said, where it is not that everything is taken.
    var gates: [FindingRecord.Gate] {
        let counts = Dictionary(grouping: leftOut, by: \.reason).mapValues(\.count)
        return mismatches.map {
            FindingRecord.Gate(
                "identity", .refused, reason: FindingRecord.LeftOut.Reason($0).rawValue)
        }
            + counts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                FindingRecord.Gate(
                    "header", .leftOut, reason: $0.key.rawValue, instances: $0.value)
            }
    }
}

extension FindingRecord.Run {
    /// Without the steps that a study has not seen that was not shown to the model.
    fileprivate mutating func forgetInference() {
        batch = nil
        timeline.batched = nil
        timeline.inferStart = nil
        timeline.inferEnd = nil
        timeToNotification.batch = nil
        timeToNotification.infer = nil
        timeToNotification.triage = nil
    }
}

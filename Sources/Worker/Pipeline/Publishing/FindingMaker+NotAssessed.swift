internal import Control
internal import Energy
internal import VigilCore
internal import WorkerCore

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
                batch: Finding.Batch(id: "", size: 0), started: time, ended: time,
                triaged: time.0,
                energy: measured, cost: cost, weight: 0, cache: nil))
        run.forgetInference()
        var decision = Finding.Decision()
        decision.decidedAt = time.1
        decision.control = prepared.known.control?.input
        decision.gates = prepared.gates
        let finding = Finding.notAssessed(
            prepared.reasons, study: member.event.study, pseudonym: pseudonym, cause: cause,
            order: prepared.known.order ?? Finding.Order(event: member.event.priority),
            // A revision is one of the same finding.
            findingID: prepared.known.revision == nil ? nil : id(of: prepared, pseudonym),
            decision: decision, leftOut: prepared.gated.leftOut, revision: prepared.known.revision,
            run: run)
        let energy = EnergyRecord(
            subject: .study(
                EnergyRecord.StudyShare(
                    findingID: finding.findingID, study: pseudonym, cause: cause,
                    traceparent: member.event.traceparent,
                    tracestate: member.event.tracestate, deferral: member.study.waited)),
            reading: measured.reading, cpuShare: measured.cpuShare, cpuTime: measured.cpuTime,
            basis: measured.basis.text)
        return (.finding(finding, energy, cost), cost)
    }
}

extension Finding.Run {
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

internal import VigilCore
internal import Wire
internal import WorkerCore

extension AuditPage {
    /// The leaves of an outcome, as records: one, or more of a study of very many parts.
    ///
    /// - Parameters:
    ///   - published: the records that were written of it.
    ///   - returns: tells what is tried again from what is given up.
    func leaves(
        of outcome: StudyOutcome, study: StudyInFlight, _ published: [OutboundRecord],
        returns: ReturnTopics, at time: Timestamp
    ) -> [OutboundRecord] {
        var told = AuditOutcome(
            outcome.auditKind(of: study, returns: returns), study: study.assembly?.study,
            events: study.records.map(\.position), records: published.map(\.audited))
        if let finding = outcome.finding {
            told.study = finding.pseudonym
            told.finding = finding.findingID
            told.revision = finding.revision?.number
        }
        return told.pieces.map { leaf(.outcome($0), at: time) }
    }

    /// The leaves of a finding that was revised without an event of its study.
    func leaves(
        of revised: Finding, _ published: [OutboundRecord], at time: Timestamp
    ) -> [OutboundRecord] {
        var told = AuditOutcome(
            .revision, study: revised.pseudonym, events: [], records: published.map(\.audited))
        told.finding = revised.findingID
        told.revision = revised.revision?.number
        return told.pieces.map { leaf(.outcome($0), at: time) }
    }

    /// The leaves of what the topic of orders learns.
    func leaves(ofOrders orders: [OutboundRecord], at time: Timestamp) -> [OutboundRecord] {
        let size = AuditLeaf.itemsMax
        return stride(from: 0, to: orders.count, by: size).map { first in
            leaf(.orders(orders.dropFirst(first).prefix(size).map(\.audited)), at: time)
        }
    }
}

extension OutboundRecord {
    fileprivate var audited: AuditLeaf.Record {
        AuditLeaf.Record(
            topic: SafeText(operatorProvided: topic), digest: value.map { Digest(of: $0) })
    }
}

extension StudyOutcome {
    fileprivate func auditKind(of study: StudyInFlight, returns: ReturnTopics) -> AuditOutcome.Kind
    {
        switch self {
        case .finding(let finding, _, _, _): finding.isFirst ? .finding : .revision
        case .record(let finding) where finding.isWithdrawn: .retraction
        case .record(let finding) where finding.isRecalled: .recall
        case .record(let finding) where finding.assessed == nil: .notAssessed
        case .record(let finding): finding.isFirst ? .finding : .revision
        case .order: .order
        case .deadLetter: .deadLetter
        case .quarantined: .quarantine
        case .postponed:
            returns.retries.following(study.record.position.topic) == nil ? .deadLetter : .retry
        case .deferral: .deferral
        case .placed: .forward
        }
    }
}

extension Finding {
    fileprivate var isFirst: Bool { (revision?.number ?? 1) == 1 }
}

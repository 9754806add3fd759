internal import Triage
internal import VigilCore
internal import Wire
internal import WorkerCore

extension StudyOutcome {
    /// The outcome as it is published: no record says less than persons have ordered for its study
    /// so far.
    ///
    /// - Parameters:
    ///   - ordered: what the study's event itself orders; nil when it orders nothing.
    ///   - mayRaise: whether a model that is not validated moves the worklist.
    func standing(
        _ standing: WorklistStanding, ordered: Priority?, mayRaise: Bool
    ) -> StudyOutcome {
        switch self {
        case .finding(var finding, let energy, let cost):
            finding.stand(by: standing, ordered: ordered, mayRaise: mayRaise)
            return .finding(finding, energy, cost)
        case .record(var record):
            record.stand(by: standing, ordered: ordered, mayRaise: mayRaise)
            return .record(record)
        case .quarantined(let failure, var record, let time):
            record?.stand(by: standing, ordered: ordered, mayRaise: mayRaise)
            return .quarantined(failure, record, at: time)
        case .order, .deadLetter, .postponed, .deferral, .placed: return self
        }
    }
}

extension FindingRecord {
    /// Takes the study's order as it stands for what was ordered.
    fileprivate mutating func stand(
        by standing: WorklistStanding, ordered event: Priority?, mayRaise: Bool
    ) {
        let highest = standing.order?.highest ?? priority.ordered
        let moves = assessed.map { $0.model.isValidated || mayRaise } ?? false
        let ai = priority.ai
        let effective = min(highest, moves ? ai ?? highest : highest)
        if highest != priority.ordered {
            reasons = Self.reasons(reasons, ordered: highest, ai: ai, effective: effective)
        }
        priority = Priorities(
            order: Order(
                highest: highest, ofEvent: event, before: standing.order?.highest,
                isKnown: standing.isKnown, lowered: standing.order?.lowering.map(Lowering.init)),
            ai: ai, effective: effective)
    }

    /// The reasons under another order: what the policy says of the order stands where it puts it.
    private static func reasons(
        _ reasons: [Reason], ordered: Priority, ai: Priority?, effective: Priority
    ) -> [Reason] {
        guard let ai else { return reasons }
        func reason(_ said: TriageReason) -> Reason {
            Reason(code: said.code.text, text: said.text.text)
        }
        let raised = TriageReason.raised(from: ordered, to: ai)
        let unmoved = TriageReason.notValidated(asks: ai)
        let stands = TriageReason.orderStands(ordered)
        let ofOrder = [raised, unmoved, stands].map(\.code.text)
        var kept = reasons.filter { !ofOrder.contains($0.code) }
        if ai < ordered { kept.insert(reason(effective == ai ? raised : unmoved), at: 0) }
        if ordered < ai {
            let unusable = TriageReason.unusableScores(count: 0).code.text
            let end = kept.firstIndex { $0.code == unusable } ?? kept.endIndex
            kept.insert(reason(stands), at: end)
        }
        return kept
    }
}

extension FindingRecord.Lowering {
    fileprivate init(_ lowering: WorklistOrder.Lowering) {
        self.init(
            from: lowering.from, to: lowering.to, source: lowering.source,
            reason: lowering.reason, at: lowering.at)
    }
}

extension LockedCore.Core {
    /// Opens a transaction over outcomes as they are published.
    mutating func openStandingTransaction(mayRaise: Bool) -> TransactionPlan? {
        openTransaction().map { plan in
            TransactionPlan(
                outcomes: plan.outcomes.map { study, outcome in
                    guard let standing = standing(of: study) else { return (study, outcome) }
                    let event = study.order?.event
                    return (
                        study,
                        outcome.standing(
                            standing, ordered: event?.withdrawal == nil ? event?.priority : nil,
                            mayRaise: mayRaise)
                    )
                }, offsets: plan.offsets, orders: plan.orders)
        }
    }
}

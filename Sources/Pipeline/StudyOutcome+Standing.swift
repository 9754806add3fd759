internal import VigilCore
internal import Wire

extension StudyOutcome {
    /// The outcome as it is published: a finding never says less than persons have ordered for its
    /// study so far.
    func standing(_ standing: WorklistStanding) -> StudyOutcome {
        guard case .finding(var finding, let energy, let cost) = self else { return self }
        finding.stand(by: standing)
        return .finding(finding, energy, cost)
    }
}

extension FindingRecord {
    /// Takes the study's order as it stands for what was ordered.
    fileprivate mutating func stand(by standing: WorklistStanding) {
        guard let order = standing.order, order.highest != priority.ordered else { return }
        let asked = priority.ai.flatMap { mayRaise ? $0 : nil }
        let effective = min(order.highest, asked ?? order.highest)
        priority = Priorities(ordered: order.highest, ai: priority.ai, effective: effective)
    }

    /// Whether what the model asks for moves the worklist.
    private var mayRaise: Bool { model.isValidated || priority.effective < priority.ordered }
}

extension SharedWork.Core {
    /// Opens a transaction over outcomes as they are published.
    mutating func openStandingTransaction(limit: Int?) -> TransactionPlan? {
        openTransaction(limit: limit).map { plan in
            TransactionPlan(
                outcomes: plan.outcomes.map { study, outcome in
                    (study, standing(of: study).map { outcome.standing($0) } ?? outcome)
                }, offsets: plan.offsets, orders: plan.orders)
        }
    }
}

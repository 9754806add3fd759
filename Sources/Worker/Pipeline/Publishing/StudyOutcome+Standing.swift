internal import Triage
internal import VigilCore
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
        case .finding(var finding, let energy, let cost, let offer):
            finding.stand(by: standing, event: ordered, mayRaise: mayRaise)
            return .finding(finding, energy, cost, offer)
        case .record(var record):
            record.stand(by: standing, event: ordered, mayRaise: mayRaise)
            return .record(record)
        case .quarantined(let failure, var record, let time):
            record?.stand(by: standing, event: ordered, mayRaise: mayRaise)
            return .quarantined(failure, record, at: time)
        case .order, .deadLetter, .postponed, .deferral, .placed: return self
        }
    }
}

extension Finding {
    /// A finding that stands takes its study's order as it is now. Where that is not known, no less
    /// than it told.
    ///
    /// - Parameter mayRaise: whether a model that is not validated moves the worklist.
    mutating func standAgain(by standing: WorklistStanding, mayRaise: Bool) {
        var order = standing.order
        if !standing.isKnown, let known = order {
            order = WorklistOrder(
                highest: min(known.highest, priority.ordered), lowering: known.lowering,
                merged: known.merged)
        }
        stand(
            by: WorklistStanding(order: order, isKnown: standing.isKnown),
            event: priority.order.ofEvent, mayRaise: mayRaise)
    }
}

extension LockedCore.Core {
    /// Opens a transaction over outcomes as they are published.
    mutating func openStandingTransaction(mayRaise: Bool) -> TransactionPlan? {
        openTransaction().map { plan in
            plan.with(
                outcomes: plan.outcomes.map { study, outcome in
                    guard let standing = standing(of: study) else { return (study, outcome) }
                    let event = study.order?.event
                    return (
                        study,
                        outcome.standing(
                            standing, ordered: event?.withdrawal == nil ? event?.priority : nil,
                            mayRaise: mayRaise)
                    )
                })
        }
    }
}

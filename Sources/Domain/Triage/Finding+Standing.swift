package import VigilCore

extension Finding {
    /// Takes the study's order as it stands for what was ordered: a record never says less than
    /// persons have ordered so far, nor less than it said of the images. Pure and total.
    ///
    /// - Parameters:
    ///   - standing: what of the study's orders is known now.
    ///   - event: what the study's event itself orders; nil when it orders nothing.
    ///   - mayRaise: whether a model that is not validated moves the worklist.
    package mutating func stand(
        by standing: WorklistStanding, event: Priority?, mayRaise: Bool
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
        let raised = TriageReason.raised(from: ordered, to: ai)
        let unmoved = TriageReason.notValidated(asks: ai)
        let stands = TriageReason.orderStands(ordered)
        let ofOrder = [raised, unmoved, stands].map(\.code.text)
        var kept = reasons.filter { !ofOrder.contains($0.code) }
        if ai < ordered { kept.insert(Reason(effective == ai ? raised : unmoved), at: 0) }
        if ordered < ai {
            let unusable = TriageReason.unusableScores(count: 0).code.text
            let end = kept.firstIndex { $0.code == unusable } ?? kept.endIndex
            kept.insert(Reason(stands), at: end)
        }
        return kept
    }
}

extension Finding.Reason {
    /// What the policy says, as a finding tells it.
    package init(_ said: TriageReason) {
        self.init(code: said.code.text, text: said.text.text)
    }
}

extension Finding.Lowering {
    fileprivate init(_ lowering: WorklistOrder.Lowering) {
        self.init(
            from: lowering.from, to: lowering.to, source: lowering.source,
            reason: lowering.reason, at: lowering.at)
    }
}

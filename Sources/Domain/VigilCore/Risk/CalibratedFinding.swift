/// What a calibration says of one finding of a model or of one of its heads.
package struct CalibratedFinding: Sendable, Hashable {
    /// The code that the model gives scores under.
    package let code: String
    /// The head whose scores are meant; nil: the model's own.
    package let head: String?
    package let map: ProbabilityMap
    /// What the map is worth: mean log loss on studies that it was not fitted on.
    package let loss: HeldOutLoss
    /// That of all studies first, then those of strata that stand by themselves.
    package let rules: [StratumRule]

    /// Mean log loss, by patients that the fit did not see; nats.
    package struct HeldOutLoss: Sendable, Hashable {
        /// Of the scores as they are.
        package let before: Double
        /// Of the mapped ones.
        package let after: Double

        package init(before: Double, after: Double) {
            self.before = before
            self.after = after
        }
    }

    package init(
        code: String, head: String?, map: ProbabilityMap, loss: HeldOutLoss, rules: [StratumRule]
    ) {
        self.code = code
        self.head = head
        self.map = map
        self.loss = loss
        self.rules = rules
    }
}

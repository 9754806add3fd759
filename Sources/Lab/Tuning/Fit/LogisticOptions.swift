/// How a probe is fitted.
package struct LogisticOptions: Sendable, Hashable {
    /// The inverse of the penalty's strength, as scikit-learn's `C`: the loss is
    /// |w|² / (2 C) + the sum of the studies' losses. Intercepts of all sites together are free;
    /// those of single sites are penalised as weights are.
    package var strength = 1.0
    /// Whether studies with and without a label weigh the same in sum.
    package var isBalanced = false
    /// Done when no part of the gradient of the mean loss is greater; nil: small enough that no
    /// coefficient can be off by more than about 1e-4.
    package var tolerance: Double?
    /// The most steps.
    package var iterationsMax = 1000
    /// Stops a label after so many steps that did not lower its loss on the validation studies, and
    /// goes back to the best; nil: runs to the end.
    package var patience: Int?

    package init() {}
}

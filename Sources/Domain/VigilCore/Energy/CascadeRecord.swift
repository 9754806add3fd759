/// What an energy record tells of a study that a small model was shown first.
package struct CascadeRecord: Sendable, Hashable {
    /// `small`, `large`, or `budget`: the small one, because the day's energy is spent.
    package var decision: String
    /// The small model.
    package var small: Digest
    /// Joules saved against the large model alone, by both models' calibration; negative when both
    /// ran.
    package var saved: Joules

    package init(decision: String, small: Digest, saved: Joules) {
        self.decision = decision
        self.small = small
        self.saved = saved
    }
}

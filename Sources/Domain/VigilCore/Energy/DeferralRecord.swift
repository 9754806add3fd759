/// What an energy record tells of a study that waited for a cleaner hour.
package struct DeferralRecord: Sendable, Hashable {
    /// The hour that it was to wait for.
    package var notBefore: Timestamp
    /// How long it waited, from the decision until it was taken again.
    package var waited: Duration
    /// Why it waited no longer: `clean`, `deadline`, `idle`, `bound`, `escalated` or `off`.
    package var end: String
    /// Grams a kilowatt hour when it was decided: the counterfactual. Nil when it was not known.
    package var intensity: Double?
    /// Grams that its energy would have stood for at that intensity less those that it stands for;
    /// negative when the forecast was wrong. Nil when the intensity is not known now.
    package var saved: Double?

    package init(
        notBefore: Timestamp, waited: Duration, end: String, intensity: Double?,
        saved: Double? = nil
    ) {
        self.notBefore = notBefore
        self.waited = waited
        self.end = end
        self.intensity = intensity
        self.saved = saved
    }
}

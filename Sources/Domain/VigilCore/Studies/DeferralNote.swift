/// That an event waits for a cleaner hour: where it first stood, until when it waits and what for,
/// and what the grid was like when that was decided. Holds nothing of a patient.
package struct DeferralNote: Sendable, Hashable {
    /// What a study may wait for.
    package enum Reason: String, Sendable, Hashable {
        /// A cleaner hour.
        case hour
        /// The day after one whose energy is spent.
        case budget
    }

    /// Where the event first stood.
    package let origin: RecordPosition
    /// When that record was made; nil when it did not say.
    package let timestamp: Timestamp?
    /// When it was decided.
    package let decided: Timestamp
    /// The cleaner hour.
    package let notBefore: Timestamp
    /// Grams of CO2 equivalent a kilowatt hour when it was decided: the counterfactual. Nil when
    /// it was not known.
    package let intensity: Double?
    /// The same at the cleaner hour, by the forecast.
    package let expected: Double?
    /// What it waits for.
    package let reason: Reason

    package init(
        origin: RecordPosition, timestamp: Timestamp?, decided: Timestamp, notBefore: Timestamp,
        intensity: Double?, expected: Double?, reason: Reason = .hour
    ) {
        self.reason = reason
        self.origin = origin
        self.timestamp = timestamp
        self.decided = decided
        self.notBefore = notBefore
        self.intensity = intensity
        self.expected = expected
    }
}

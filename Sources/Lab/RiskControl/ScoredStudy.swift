/// A study with its truth, as one finding sees it: several images are one study, by their greatest
/// score.
package struct ScoredStudy: Sendable, Hashable {
    /// The model's own, 0...1.
    package let score: Float
    package let isPositive: Bool
    /// The number of its patient, from 0.
    package let patient: Int
    /// The number of its stratum, from 0; nil: it belongs to none.
    package let stratum: Int?

    package init(score: Float, isPositive: Bool, patient: Int, stratum: Int?) {
        self.score = score
        self.isPositive = isPositive
        self.patient = patient
        self.stratum = stratum
    }
}

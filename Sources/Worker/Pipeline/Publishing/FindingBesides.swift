internal import Reporting

/// What goes with a finding and stands in none of its own records.
package struct FindingBesides: Sendable {
    /// What a site's own generator says of it; nil: none was asked.
    var offer: GeneratorOffer?
    /// The direction of its images' embeddings; nil: no index is kept.
    var vector: [Float]?
}

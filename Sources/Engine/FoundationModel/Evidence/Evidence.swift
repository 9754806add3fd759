package import VigilCore

/// Which parts of an image made a finding's logit: the logit is the sum of the patches' shares and
/// of terms that are no patch's, each of which is computed on its own.
package struct Evidence: Sendable, Hashable {
    /// A part of the logit that is no patch's.
    package typealias Term = Finding.Attribution.Term

    /// The finding's code.
    package let code: String
    /// The patches.
    package let grid: EvidenceGrid
    /// Each patch's share of the logit, row by row from the top left, slab by slab.
    package let shares: [Double]
    /// What is no patch's, in a fixed order.
    package let terms: [Term]
    /// Layers whose attention is shared out among patches; 1 of a model that pools.
    package let layers: Int
    /// The finding's score, as the model gives it without evidence.
    package let score: EvidenceScore
    /// Why the model abstains from the image, whatever it scores; empty: it does not.
    package let abstentions: [String]

    /// Takes all parts, a share a patch of the grid.
    package init(
        code: String, grid: EvidenceGrid, shares: [Double], terms: [Term], layers: Int,
        score: EvidenceScore, abstentions: [String] = []
    ) {
        self.code = code
        self.grid = grid
        self.shares = shares
        self.terms = terms
        self.layers = layers
        self.score = score
        self.abstentions = abstentions
    }

    /// All patches' shares together.
    package var patches: Double { shares.reduce(0, +) }
    /// All terms together.
    package var rest: Double { terms.reduce(0) { $0 + $1.share } }
    /// What sum and logit differ by: rounding of float32 alone.
    package var error: Double { patches + rest - Double(score.logit) }
}

/// A finding's logit and what is said of it.
package struct EvidenceScore: Sendable, Hashable {
    /// Before the sigmoid or softmax.
    package let logit: Float
    /// 0…1.
    package let probability: Float

    /// Takes both.
    package init(logit: Float, probability: Float) {
        self.logit = logit
        self.probability = probability
    }
}

/// Which parts of an image made a finding's logit: the logit is the sum of the patches' shares and
/// of terms that are no patch's, each of which is computed on its own.
package struct Evidence: Sendable, Hashable {
    /// A part of the logit that is no patch's.
    package struct Term: Sendable, Hashable {
        /// What it is.
        package let kind: EvidenceTerm
        /// Its part of the logit.
        package let value: Double
    }

    /// The finding's code.
    package let code: String
    /// Patches along each side.
    package let side: Int
    /// Each patch's share of the logit, row by row from the top left, [side * side].
    package let shares: [Double]
    /// What is no patch's, in a fixed order.
    package let terms: [Term]
    /// Layers whose attention is shared out among patches; 1 of a model that pools.
    package let layers: Int
    /// The finding's score, as the model gives it without evidence.
    package let score: EvidenceScore
    /// Why the model abstains from the image, whatever it scores; empty: it does not.
    package let abstentions: [String]

    /// Takes all parts; `shares` are `side * side`.
    package init(
        code: String, side: Int, shares: [Double], terms: [Term], layers: Int,
        score: EvidenceScore, abstentions: [String] = []
    ) {
        self.code = code
        self.side = side
        self.shares = shares
        self.terms = terms
        self.layers = layers
        self.score = score
        self.abstentions = abstentions
    }

    /// All patches' shares together.
    package var patches: Double { shares.reduce(0, +) }
    /// All terms together.
    package var rest: Double { terms.reduce(0) { $0 + $1.value } }
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

/// The parts of a logit that are no patch's. Norms, attention's weights and an embedding's length
/// are taken as they came out for the image.
package enum EvidenceTerm: String, Sendable, Hashable, CaseIterable {
    /// The class token as it enters the layers: the same for every image.
    case classToken = "class_token"
    /// What the layers before those that are shared out added to the class token.
    case earlierLayers = "earlier_layers"
    /// What the class token and registers gave by attention.
    case leadingTokens = "leading_tokens"
    /// Biases of attention's output.
    case attentionBias = "attention_bias"
    /// What the feed-forward halves added.
    case feedForward = "feed_forward"
    /// What attention added beyond the exact sum over its tokens: its rounding, and with int8 its
    /// quantisation.
    case arithmetic
    /// Shifts of the last norm and of the projection.
    case headBias = "head_bias"
    /// What a head adds to every logit.
    case logitBias = "logit_bias"
}

/// The parts of a logit that are no patch's. Norms, attention's weights and an embedding's length
/// are taken as they came out for the image.
package enum EvidenceTerm: String, Sendable, Hashable, CaseIterable, SafeToLog {
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

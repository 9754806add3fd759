package import Tensor

/// The sizes of a transformer encoder; both towers of a model have one.
package struct EncoderConfiguration: Sendable, Hashable {
    /// Columns of the residual stream.
    package let width: Int
    package let layers: Int
    package let heads: Int
    /// Columns between the two matrices of the feed-forward half.
    package let hiddenWidth: Int
    package let activation: Activation
    /// Added to the variance in each LayerNorm.
    package let epsilon: Float
    /// Where the LayerNorms of a layer stand.
    package let normPlace: NormPlace
    /// Whether the feed-forward half is gated: second(silu(gate(x)) * up(x)). `activation` has no
    /// part in it then.
    package let isGated: Bool
    /// Whether queries, keys and values have a bias.
    package let hasQueryKeyValueBias: Bool

    /// Where the LayerNorms of a layer stand.
    package enum NormPlace: Sendable, Hashable {
        /// Before attention and before the feed-forward half, within the residual branches.
        case before
        /// After each half, on the residual stream itself, as in BERT.
        case after
    }

    /// Takes sizes that the reader of the configuration has checked.
    package init(
        width: Int, layers: Int, heads: Int, hiddenWidth: Int, activation: Activation,
        epsilon: Float, normPlace: NormPlace = .before, isGated: Bool = false,
        hasQueryKeyValueBias: Bool = true
    ) {
        self.width = width
        self.layers = layers
        self.heads = heads
        self.hiddenWidth = hiddenWidth
        self.activation = activation
        self.epsilon = epsilon
        self.normPlace = normPlace
        self.isGated = isGated
        self.hasQueryKeyValueBias = hasQueryKeyValueBias
    }

    /// Columns of one head.
    package var headWidth: Int { width / heads }

    /// Multiplications and additions of the encoder for a sequence, each counted as one operation,
    /// when one token is pooled: the last layer then computes keys and values of all tokens, and
    /// the rest of one.
    package func operations(tokens: Int) -> Double {
        let (w, h, t) = (Double(width), Double(hiddenWidth), Double(tokens))
        let matrices = isGated ? 3.0 : 2.0
        let linear = 2 * w * (4 * w + matrices * h)
        let layer = t * linear + 4 * t * t * w
        let last = t * 4 * w * w + 2 * w * w + 4 * t * w + 2 * w * w + 2 * matrices * w * h
        return Double(max(layers - 1, 0)) * layer + (layers > 0 ? last : 0)
    }
}

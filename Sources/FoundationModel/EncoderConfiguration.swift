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

    /// Takes sizes that the reader of the configuration has checked.
    package init(
        width: Int, layers: Int, heads: Int, hiddenWidth: Int, activation: Activation,
        epsilon: Float
    ) {
        self.width = width
        self.layers = layers
        self.heads = heads
        self.hiddenWidth = hiddenWidth
        self.activation = activation
        self.epsilon = epsilon
    }

    /// Columns of one head.
    package var headWidth: Int { width / heads }

    /// Multiplications and additions of the encoder for a sequence, each counted as one operation,
    /// when one token is pooled: the last layer then computes keys and values of all tokens, and
    /// the rest of one.
    package func operations(tokens: Int) -> Double {
        let (w, h, t) = (Double(width), Double(hiddenWidth), Double(tokens))
        let linear = 2 * w * (4 * w + 2 * h)
        let layer = t * linear + 4 * t * t * w
        let last = t * 4 * w * w + 2 * w * w + 4 * t * w + 2 * w * w + 4 * w * h
        return Double(max(layers - 1, 0)) * layer + (layers > 0 ? last : 0)
    }
}

/// The vision tower: patches, a class token in front, an encoder, the class token pooled.
package struct VisionConfiguration: Sendable, Hashable {
    package let encoder: EncoderConfiguration
    /// Side of the square image in pixels.
    package let imageSize: Int
    /// Side of a patch in pixels; divides `imageSize`.
    package let patchSize: Int
    package let channels: Int

    /// Takes sizes that the reader of the configuration has checked.
    package init(encoder: EncoderConfiguration, imageSize: Int, patchSize: Int, channels: Int) {
        self.encoder = encoder
        self.imageSize = imageSize
        self.patchSize = patchSize
        self.channels = channels
    }

    /// Patches of an image.
    package var patches: Int { (imageSize / patchSize) * (imageSize / patchSize) }
    /// Tokens of an image: the patches and the class token.
    package var tokens: Int { patches + 1 }
    /// Pixels of one patch over all channels.
    package var patchPixels: Int { channels * patchSize * patchSize }
    /// Floats of one image.
    package var imagePixels: Int { channels * imageSize * imageSize }

    /// Operations of one image, with the patch embedding, without the projection.
    package var operations: Double {
        2 * Double(patches) * Double(patchPixels) * Double(encoder.width)
            + encoder.operations(tokens: tokens)
    }
}

/// The text tower: tokens, a causal encoder, the end token pooled.
package struct TextConfiguration: Sendable, Hashable {
    package let encoder: EncoderConfiguration
    /// Rows of the token embedding.
    package let vocabularySize: Int
    /// The longest sequence, with start and end token.
    package let contextLength: Int
    /// How the pooled token is found.
    package let end: EndToken

    /// Which token of a sequence is pooled.
    package enum EndToken: Sendable, Hashable {
        /// The first of this id.
        case first(Int32)
        /// The first of the greatest id in the sequence, as old configurations mean it.
        case greatest
    }

    /// Takes sizes that the reader of the configuration has checked.
    package init(
        encoder: EncoderConfiguration, vocabularySize: Int, contextLength: Int, end: EndToken
    ) {
        self.encoder = encoder
        self.vocabularySize = vocabularySize
        self.contextLength = contextLength
        self.end = end
    }

    /// The place of the pooled token, nil when the sequence has none.
    package func pooledPosition(of tokens: some Collection<Int32>) -> Int? {
        switch end {
        case .first(let id): return tokens.enumerated().first { $0.element == id }?.offset
        case .greatest:
            guard let greatest = tokens.max() else { return nil }
            return tokens.enumerated().first { $0.element == greatest }?.offset
        }
    }
}

/// A CLIP model: two towers that meet in one space.
package struct ClipConfiguration: Sendable, Hashable {
    package let vision: VisionConfiguration
    package let text: TextConfiguration
    /// Columns of an embedding.
    package let embeddingWidth: Int

    /// Takes sizes that the reader of the configuration has checked.
    package init(vision: VisionConfiguration, text: TextConfiguration, embeddingWidth: Int) {
        self.vision = vision
        self.text = text
        self.embeddingWidth = embeddingWidth
    }

    /// Operations of one image with the projection.
    package var operationsPerImage: Double {
        vision.operations + 2 * Double(vision.encoder.width) * Double(embeddingWidth)
    }
}

/// The text tower: tokens, an encoder, pooling.
package struct TextConfiguration: Sendable, Hashable {
    package let encoder: EncoderConfiguration
    /// Rows of the token embedding.
    package let vocabularySize: Int
    /// The longest sequence, with start and end token.
    package let contextLength: Int
    /// Rows of the position embedding, at least `contextLength`.
    package let positions: Int
    /// Rows of the token type embedding, of which the first is used; 0: there is none.
    package let tokenTypes: Int
    /// Whether a token sees nothing after it.
    package let isCausal: Bool
    package let pooling: Pooling

    /// What becomes of the last layer's tokens.
    package enum Pooling: Sendable, Hashable {
        /// The end token; what follows it is cut off.
        case end(EndToken)
        /// The first token.
        case first
        /// The last token of a sequence that is filled up to the context length with this id.
        case last(padding: Int32)
        /// The mean of all tokens.
        case mean
    }

    /// Which token of a sequence is the end token.
    package enum EndToken: Sendable, Hashable {
        /// The first of this id.
        case first(Int32)
        /// The first of the greatest id in the sequence, as old configurations mean it.
        case greatest
    }

    /// CLIP's: causal, the end token pooled. Takes sizes that the reader of the configuration has
    /// checked.
    package init(
        encoder: EncoderConfiguration, vocabularySize: Int, contextLength: Int, end: EndToken
    ) {
        self.init(
            encoder: encoder, vocabularySize: vocabularySize, contextLength: contextLength,
            positions: contextLength, tokenTypes: 0, isCausal: true, pooling: .end(end))
    }

    /// Takes sizes that the reader of the configuration has checked.
    package init(
        encoder: EncoderConfiguration, vocabularySize: Int, contextLength: Int, positions: Int,
        tokenTypes: Int, isCausal: Bool, pooling: Pooling
    ) {
        self.encoder = encoder
        self.vocabularySize = vocabularySize
        self.contextLength = contextLength
        self.positions = positions
        self.tokenTypes = tokenTypes
        self.isCausal = isCausal
        self.pooling = pooling
    }

    /// The place of the pooled token, nil when the sequence has none; of a mean, the first token's.
    package func pooledPosition(of tokens: some Collection<Int32>) -> Int? {
        switch pooling {
        case .end(.first(let id)):
            return tokens.enumerated().first { $0.element == id }?.offset
        case .end(.greatest):
            guard let greatest = tokens.max() else { return nil }
            return tokens.enumerated().first { $0.element == greatest }?.offset
        case .first, .mean: return tokens.isEmpty ? nil : 0
        case .last: return tokens.isEmpty ? nil : contextLength - 1
        }
    }

    /// The same, with sequences filled up with another token where they are filled up at all.
    func filledUp(with padding: Int32) -> TextConfiguration {
        guard case .last = pooling else { return self }
        return TextConfiguration(
            encoder: encoder, vocabularySize: vocabularySize, contextLength: contextLength,
            positions: positions, tokenTypes: tokenTypes, isCausal: isCausal,
            pooling: .last(padding: padding))
    }

    /// The tokens that the encoder sees of a sequence, at most as many as the context is long.
    func fitted(_ sequence: [Int32]) -> ArraySlice<Int32> {
        let kept = sequence.prefix(contextLength)
        switch pooling {
        case .end: return kept.prefix((pooledPosition(of: kept) ?? -1) + 1)
        case .first, .mean: return kept
        case .last(let padding):
            return kept + [Int32](repeating: padding, count: contextLength - kept.count)
        }
    }
}

/// Where the tensors of a vision tower are found: one value for each way of naming.
package struct VisionNames: Sendable, Hashable {
    /// nil: there is none.
    package let classToken: String?
    /// Tokens without patch; nil: there are none.
    package let registers: String?
    package let patchEmbedding: String
    /// nil: patches have no bias.
    package let patchBias: String?
    package let positions: String
    /// How many sizes of 1 stand in front of tokens and positions: [1, tokens, width] has 1. With
    /// 0 the class token is [width].
    package let leadingOnes: Int
    /// Prefix of the norm before the first layer; nil: there is none.
    package let firstNorm: String?
    package let layer: WeightNames.Layer
    /// Prefix of the norm after the last layer.
    package let lastNorm: String
    /// The attention that pools; nil: there is none.
    package let attentionPool: AttentionPoolNames?
    package let head: HeadNames
}

/// Where the tensors of an attention that pools are found.
package struct AttentionPoolNames: Sendable, Hashable {
    /// The learnt query.
    package let probe: String
    /// Prefix of queries, keys and values in one tensor, and what follows for weight and bias.
    package let queryKeyValue: String
    package let queryKeyValueSuffixes: [String]
    /// Prefix of the output of attention.
    package let output: String
    /// Prefix of the norm before the feed-forward half.
    package let norm: String
    /// Prefixes of the two feed-forward matrices.
    package let feedForward: [String]
}

/// Where the tensors of a text tower are found.
package struct TextNames: Sendable, Hashable {
    package let tokens: String
    package let positions: String
    /// nil: there are no token types.
    package let types: String?
    /// Prefix of the norm before the first layer; nil: there is none.
    package let firstNorm: String?
    package let layer: WeightNames.Layer
    /// Prefix of the norm after the last layer; nil: there is none.
    package let lastNorm: String?
    package let head: HeadNames
}

/// Where the matrices of a head are found.
package struct HeadNames: Sendable, Hashable {
    /// Whole names of the matrices.
    package let weights: [String]
    /// Whole names of their biases; empty: they have none.
    package let biases: [String]
    /// Whether matrices are stored [inputs, outputs] instead of [outputs, inputs].
    package let isTransposed: Bool

    package init(weights: [String] = [], biases: [String] = [], isTransposed: Bool = false) {
        self.weights = weights
        self.biases = biases
        self.isTransposed = isTransposed
    }
}

/// Where the tensors of a model of two towers are found.
package struct TwoTowerNames: Sendable, Hashable {
    package let vision: VisionNames
    package let text: TextNames
    /// The logarithm of the factor on cosines.
    package let logitScale: String
    /// What is added to the scaled cosine before a sigmoid; nil: the model has none.
    package let logitBias: String?
    /// The shape of both numbers: [] or [1].
    package let logitShape: [Int]
}

extension WeightNames {
    /// The same names, tower by tower.
    package var pair: TwoTowerNames {
        TwoTowerNames(
            vision: VisionNames(
                classToken: classToken, registers: nil, patchEmbedding: patchEmbedding,
                patchBias: nil, positions: visionPositions, leadingOnes: 0,
                firstNorm: visionNorms[0], layer: visionLayer, lastNorm: visionNorms[1],
                attentionPool: nil,
                head: HeadNames(
                    weights: [projections[0]], isTransposed: projectionsAreTransposed)),
            text: TextNames(
                tokens: tokenEmbedding, positions: textPositions, types: nil, firstNorm: nil,
                layer: textLayer, lastNorm: textLastNorm,
                head: HeadNames(weights: [projections[1]], isTransposed: projectionsAreTransposed)),
            logitScale: logitScale, logitBias: nil, logitShape: [])
    }
}

internal import Tensor

/// What one layer's attention gave to the token that stands for an image: each token's weight in
/// each head, each token's value, and the stream after attention.
struct AttentionRecord: Sendable {
    let heads: Int
    let headWidth: Int
    /// [heads, tokens], each row of which adds up to 1.
    let weights: [Float]
    /// [tokens, heads * headWidth].
    let values: [Float]
    /// The stream after attention, [width].
    let after: [Float]

    /// Copies what one sequence's token saw, and computes its weights anew by the engine's kernels.
    init(_ moment: AttentionMoment, sequence: Int, tokens: Int, engine: Engine) {
        let (inputs, shape) = (moment.inputs, moment.shape)
        (heads, headWidth) = (shape.heads, shape.headWidth)
        let width = shape.width
        let row = moment.isPooled ? sequence : sequence * tokens
        let query = inputs.queries + row * inputs.queryStride
        let first = sequence * tokens * inputs.keyValueStride
        weights = [Float](unsafeUninitializedCapacity: shape.heads * tokens) { rows, count in
            count = shape.heads * tokens
            guard let base = rows.baseAddress else { return }
            for token in 0..<tokens {
                let key = inputs.keys + first + token * inputs.keyValueStride
                for head in 0..<shape.heads {
                    let column = head * shape.headWidth
                    let score = engine.dot(query + column, key + column, count: shape.headWidth)
                    (base + head * tokens + token).initialize(to: shape.scale * score)
                }
            }
            engine.softmax(base, rows: shape.heads, width: tokens)
        }
        values = [Float](unsafeUninitializedCapacity: tokens * width) { rows, count in
            count = tokens * width
            guard let base = rows.baseAddress else { return }
            for token in 0..<tokens {
                (base + token * width).initialize(
                    from: inputs.values + first + token * inputs.keyValueStride, count: width)
            }
        }
        after = Array(UnsafeBufferPointer(start: moment.stream + row * width, count: width))
    }

    /// Each token's share of a direction over what attention's output takes in.
    /// - Parameter direction: [heads * headWidth].
    func shares(_ direction: [Float], engine: Engine) -> [Double] {
        let (width, tokens) = (heads * headWidth, weights.count / max(heads, 1))
        return values.withUnsafeBufferPointer { values in
            direction.withUnsafeBufferPointer { direction in
                guard let value = values.baseAddress, let to = direction.baseAddress else {
                    return []
                }
                return (0..<tokens).map { token in
                    var share = 0.0
                    for head in 0..<heads {
                        let column = head * headWidth
                        let part = engine.dot(
                            value + token * width + column, to + column, count: headWidth)
                        share += Double(weights[head * tokens + token]) * Double(part)
                    }
                    return share
                }
            }
        }
    }
}

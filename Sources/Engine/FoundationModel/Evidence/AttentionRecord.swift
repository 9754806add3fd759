internal import Tensor

/// What one layer's attention gave to the token that stands for the image: each token's weight in
/// each head, each token's value, and the stream before and after.
struct AttentionRecord: Sendable {
    let heads: Int
    let headWidth: Int
    /// [heads, tokens], each row of which adds up to 1.
    let weights: [Float]
    /// [tokens, heads * headWidth].
    let values: [Float]
    /// The stream after attention, [width].
    let after: [Float]

    /// Copies the first sequence, and computes its token's weights anew by the engine's kernels.
    init(_ moment: AttentionMoment, tokens: Int, engine: Engine) {
        let (inputs, shape) = (moment.inputs, moment.shape)
        (heads, headWidth) = (shape.heads, shape.headWidth)
        let width = shape.width
        var weights = [Float](repeating: 0, count: heads * tokens)
        var values: [Float] = []
        values.reserveCapacity(tokens * width)
        for token in 0..<tokens {
            let place = token * inputs.keyValueStride
            for head in 0..<shape.heads {
                let column = head * shape.headWidth
                weights[head * tokens + token] =
                    shape.scale
                    * engine.dot(
                        inputs.queries + column, inputs.keys + place + column,
                        count: shape.headWidth)
            }
            values += UnsafeBufferPointer(start: inputs.values + place, count: width)
        }
        weights.withUnsafeMutableBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            engine.softmax(base, rows: shape.heads, width: tokens)
        }
        self.weights = weights
        self.values = values
        after = Array(UnsafeBufferPointer(start: moment.stream, count: width))
    }

    /// Each token's share of a direction over what attention's output takes in.
    /// - Parameter direction: [heads * headWidth].
    func shares(_ direction: [Double]) -> [Double] {
        let (width, tokens) = (heads * headWidth, weights.count / max(heads, 1))
        return (0..<tokens).map { token in
            var share = 0.0
            for head in 0..<heads {
                var sum = 0.0
                for column in head * headWidth..<(head + 1) * headWidth {
                    sum += Double(values[token * width + column]) * direction[column]
                }
                share += Double(weights[head * tokens + token]) * sum
            }
            return share
        }
    }
}

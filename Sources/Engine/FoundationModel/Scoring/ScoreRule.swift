package import Tensor

/// How cosines become a logit: by a softmax over a positive and a negative side, or, for a model
/// that was trained with it, by a sigmoid.
package struct ScoreRule: Sendable, Hashable {
    /// The factor on cosines.
    package let scale: Float
    /// What is added to the scaled cosine before a sigmoid; nil: a softmax scores.
    package let bias: Float?

    /// - Parameters:
    ///   - scale: finite.
    ///   - bias: nil: softmax.
    package init(scale: Float, bias: Float?) {
        self.scale = scale
        self.bias = bias
    }

    /// The logit and the probability of what the positive side says.
    /// - Parameters:
    ///   - positive: cosine of the image with the positive side.
    ///   - negative: cosine with the negative side, which a sigmoid does not ask for.
    ///   - engine: computes the exponentials, so that bits are the same on every machine.
    package func score(
        positive: Float, negative: Float, engine: Engine
    ) -> (logit: Float, probability: Float) {
        // A sigmoid of x is the softmax's first share of (x, 0).
        var logits: [Float] = [scale * positive, scale * negative]
        if let bias { logits = [scale * positive + bias, 0] }
        let logit = bias == nil ? scale * (positive - negative) : logits[0]
        logits.withUnsafeMutableBufferPointer { logits in
            if let base = logits.baseAddress { engine.softmax(base, rows: 1, width: 2) }
        }
        return (logit, logits[0])
    }
}

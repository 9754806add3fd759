package import Tensor

/// One batch on its way through a tower, a layer a step. Between two steps another pass may run on
/// the same model: a pass owns its activations, so neither changes the other's bits.
///
/// One thread at a time. The input is borrowed until the first step, the output until the last.
package struct ForwardPass: ~Copyable {
    private let tower: any Tower
    let activations: Activations
    /// The batch's images, [sequences, channels, size, size]; nil for text.
    let images: UnsafePointer<Float>?
    /// Images of the batch.
    let count: Int
    /// The embeddings, [count, embedding width].
    let out: UnsafeMutablePointer<Float>
    private var next = 0

    init(
        tower: any Tower, activations: Activations, images: UnsafePointer<Float>?, count: Int,
        out: UnsafeMutablePointer<Float>
    ) {
        self.tower = tower
        self.activations = activations
        self.images = images
        self.count = count
        self.out = out
    }

    deinit { tower.store.put(activations) }

    /// Steps that are left; 0: the output is complete.
    package var remaining: Int { tower.layers + 1 - next }

    /// Steps that are done: 0 before the embedding, then one more than layers done.
    package var completed: Int { next }

    /// Runs the next step; does nothing when none is left.
    package mutating func step() throws(TensorError) {
        guard remaining > 0 else { return }
        try tower.run(step: next, of: self)
        next += 1
    }

    /// Takes steps as done whose results the activations hold already.
    mutating func skip(to step: Int) { next = step }

    /// Lends the hidden state between two steps, for probing: [tokens, width] of the batch, or
    /// after the last step, where the last layer computes those alone, the pooled tokens,
    /// [sequences, width].
    package func withHiddenState<Result>(
        width: Int, _ body: (UnsafeBufferPointer<Float>) -> Result
    ) -> Result {
        remaining == 0 && !tower.keepsTokens
            ? body(
                UnsafeBufferPointer(
                    start: activations.pooled, count: activations.sequences * width))
            : body(UnsafeBufferPointer(start: activations.x, count: activations.rows * width))
    }
}

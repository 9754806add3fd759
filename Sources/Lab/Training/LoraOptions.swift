/// How adapters are trained.
package struct LoraOptions: Sendable, Hashable {
    /// Columns between the two matrices of an addition.
    package var rank = 8
    /// The product of the two is multiplied with alpha / rank.
    package var alpha = 16.0
    /// How many of the last layers get additions.
    package var blocks = 2
    /// The step of Adam after the first tenth of all steps, in which it rises; it falls to 0 by a
    /// cosine.
    package var rate = 1e-3
    /// The most passes over the training images.
    package var epochs = 20
    /// Images of a step.
    package var batch = 32
    /// Ends after so many epochs without a lower validation loss.
    package var patience = 3
    /// Decides over the start and over the order of images.
    package var seed: UInt64 = 1
    /// Whether both sides of a label weigh the same in sum.
    package var isBalanced = false

    package init() {}

    /// What a product is multiplied with.
    package var scale: Float { Float(alpha / Double(rank)) }
}

internal import Tensor

/// What attention of a layer saw and did, told between the layer's halves; borrowed for the call.
struct AttentionMoment {
    /// Queries, keys and values; those of the first sequence stand first.
    let inputs: AttentionInputs
    let shape: AttentionShape
    /// The residual stream after attention was added; the first row is the first sequence's token
    /// that stands for it.
    let stream: UnsafePointer<Float>
}

internal import Tensor

/// What attention of a layer saw and did, told between the layer's halves; borrowed for the call.
struct AttentionMoment {
    /// Queries, keys and values; those of the first sequence stand first.
    let inputs: AttentionInputs
    let shape: AttentionShape
    /// The residual stream after attention was added.
    let stream: UnsafePointer<Float>
    /// Whether queries and stream are one row a sequence, the token that stands for it; else all
    /// its tokens, that one first.
    let isPooled: Bool
}

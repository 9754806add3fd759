internal import VigilCore

/// A model that turns texts into embeddings, whatever its family. Safe to use from several threads.
package protocol TextEncoder: AnyObject, Sendable {
    /// What the model is.
    var identity: ModelIdentity { get }
    /// Columns of an embedding.
    var embeddingWidth: Int { get }
    /// Whether the model has a tokenizer, so that ``encode(text:)`` works.
    var hasText: Bool { get }

    /// Encodes texts: a unit vector of [embeddingWidth] for each.
    func encode(text texts: [String]) throws(ModelError) -> [[Float]]

    /// Encodes token sequences, each with its start and end token where the family has them, not
    /// padded.
    func encode(tokens sequences: [[Int32]]) throws(ModelError) -> [[Float]]

    /// Encodes one token sequence and lends the hidden state after the embedding and after each
    /// layer: [tokens, width], or [1, width] after a last layer that computes the pooled token
    /// alone.
    func probe(
        tokens: [Int32], _ body: (UnsafeBufferPointer<Float>) -> Void
    ) throws(ModelError)

    /// Gives the text tower's memory back; it is loaded again when the next text comes.
    func releaseText()
}

/// What turns an embedding into scores of findings.
package protocol ScoringHead: Sendable {
    /// The scores of one image, always in the same order.
    /// - Parameter embedding: [embedding width].
    func scores(_ embedding: UnsafeBufferPointer<Float>) throws(ModelError) -> [FindingScore]
}

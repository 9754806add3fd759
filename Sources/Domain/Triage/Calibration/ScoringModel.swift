package import VigilCore

/// All that a score depends on, by digests.
package struct ScoringModel: Sendable, Hashable {
    /// Of the model's folder, which holds the prompts.
    package let model: Digest
    /// Of how images become the model's input.
    package let preprocessing: Digest
    /// Of the heads and other adapters that are loaded, in order.
    package let adapters: [Digest]

    package init(model: Digest, preprocessing: Digest, adapters: [Digest]) {
        self.model = model
        self.preprocessing = preprocessing
        self.adapters = adapters.sorted { $0.hex < $1.hex }
    }
}

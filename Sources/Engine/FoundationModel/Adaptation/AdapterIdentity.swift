package import VigilCore

/// What an adapter is and what may be said of it. Findings carry name, kind and digest.
package struct AdapterIdentity: Sendable, Hashable {
    /// What an adapter adds to an encoder.
    package enum Kind: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// One matrix on the embedding.
        case linearProbe = "linear-probe"
        /// Several matrices on the embedding with an activation between them.
        case mlpHead = "mlp-head"
        /// Products of two thin matrices that are added to the encoder's own when it is loaded.
        case lora
        /// Where the training images' embeddings lie; it marks images and changes no score.
        case trainingDomain = "training-domain"
    }

    /// A short name: of the file's metadata, else the file's own.
    package let name: String
    package let kind: Kind
    /// SHA-256 of the file; of a PEFT folder, over both files as for a model's folder.
    package let digest: Digest
    /// Whether it was validated for the findings that it changes or gives; false unless the file
    /// says so.
    package let isValidated: Bool

    /// Takes all parts.
    package init(name: String, kind: Kind, digest: Digest, isValidated: Bool = false) {
        self.name = name
        self.kind = kind
        self.digest = digest
        self.isValidated = isValidated
    }
}

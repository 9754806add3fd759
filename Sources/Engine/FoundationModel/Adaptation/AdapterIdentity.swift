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
        /// Where the training images' embeddings lie, by Mahalanobis' distance from one middle; it
        /// marks images and changes no score, as do the next three.
        case trainingDomain = "training-domain"
        /// The same from the nearest of several classes' middles.
        case mahalanobisDomain = "mahalanobis-domain"
        /// The same less the distance from the middle of all.
        case relativeDomain = "relative-mahalanobis-domain"
        /// The same by the nearest embeddings of the training.
        case neighbourDomain = "nearest-neighbours-domain"
        /// Reasons to say nothing of an image, such as its view; changes no score.
        case imageGate = "image-gate"

        /// Whether scores hang on it; other kinds only say of which images nothing is said.
        package var hasScores: Bool {
            switch self {
            case .linearProbe, .mlpHead, .lora: true
            case .trainingDomain, .mahalanobisDomain, .relativeDomain, .neighbourDomain,
                .imageGate:
                false
            }
        }
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

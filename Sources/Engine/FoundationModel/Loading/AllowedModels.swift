internal import VigilCore

/// The models and adapters that a site has let in by their digests (`models.allow`). What a folder
/// says of itself anybody who can write to it may have written; this list stands elsewhere.
package struct AllowedModels: Sendable {
    /// Every model may be loaded, and none counts as validated.
    package static let any = AllowedModels(digests: [])

    private let digests: Set<Digest>

    private init(digests: Set<Digest>) {
        self.digests = digests
    }

    /// Reads digests of 64 hexadecimal digits, with or without `sha256:`; none allows every model.
    ///
    /// - Throws: ``ModelError/badAllowedDigest(found:)``.
    package init(_ texts: [String]) throws(ModelError) {
        var digests: Set<Digest> = []
        for text in texts {
            guard let digest = Digest(text: text.lowercased()) else {
                throw .badAllowedDigest(found: SafeText(operatorProvided: text))
            }
            digests.insert(digest)
        }
        self.digests = digests
    }

    /// Whether the list names a digest.
    func names(_ digest: Digest) -> Bool { digests.contains(digest) }

    /// Refuses a model that the list does not name, and one with such an adapter.
    func check(_ identity: ModelIdentity) throws(ModelError) {
        guard !digests.isEmpty else { return }
        let all =
            [(identity.name, identity.digest)] + identity.adapters.map { ($0.name, $0.digest) }
        for (name, digest) in all where !names(digest) {
            throw .notAllowed(name: SafeText(operatorProvided: name), digest)
        }
    }
}

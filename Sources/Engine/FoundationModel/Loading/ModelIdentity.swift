package import VigilCore
internal import Weights

/// What a model is and what may be said of it. Every finding carries it.
package struct ModelIdentity: Sendable, Hashable {
    /// The file in a model's folder that says what the model is for.
    package static let fileName = "vigil.json"

    /// A short name: of `vigil.json`, else the folder's.
    package let name: String
    /// Over all files of the folder (``ModelManifest/digest``).
    package let digest: Digest
    /// The encoder family, such as `clip`.
    package let family: String
    /// Whether the model was validated for the findings it reports; false unless `vigil.json` says
    /// so and its site named the digest (``AllowedModels``).
    package let isValidated: Bool
    /// Whether `vigil.json` says so.
    package var claimsValidation = false
    /// What it was trained on; nil when that is not stated, or when it was not trained.
    package let trainedOn: String?
    /// What it may be used for.
    package let intendedUse: String
    /// What each of its models may be shown; none of one that does not say it: any image.
    package var intendedInputs: [IntendedInput] = []
    /// Its licence, nil when not stated.
    package let licence: String?
    /// Of its weights alone (``ModelManifest/digest(of:)``), to which adapters are bound; nil: the
    /// weights are no files.
    package var weightsDigest: Digest?
    /// What it was adapted with, merged ones first.
    package var adapters: [AdapterIdentity] = []

    /// Digest of everything that an embedding depends on: the folder and the merged adapters.
    package var encoderDigest: Digest {
        let merged = adapters.filter { $0.kind == .lora }
        guard !merged.isEmpty else { return digest }
        var hasher = DigestHasher()
        for part in [digest] + merged.map(\.digest) { hasher.updateField(part.hex) }
        return hasher.finish()
    }

    /// Whether the findings were validated: the model's own word, and that of each adapter that
    /// has a part in them.
    package var areFindingsValidated: Bool {
        isValidated && adapters.allSatisfy { $0.isValidated || !$0.kind.hasScores }
    }

    /// Takes all parts.
    package init(
        name: String, digest: Digest, family: String, isValidated: Bool, trainedOn: String?,
        intendedUse: String, licence: String?
    ) {
        self.name = name
        self.digest = digest
        self.family = family
        self.isValidated = isValidated
        self.trainedOn = trainedOn
        self.intendedUse = intendedUse
        self.licence = licence
    }

    /// What is said of a model without `vigil.json`.
    package static let unknownUse =
        "Not stated. Research only; not for clinical decisions."

    /// Reads `vigil.json` where there is one, and holds the folder's files against its digests.
    static func read(
        _ directory: ModelDirectory, manifest: ModelManifest, family: String,
        allowed: AllowedModels = .any
    ) throws(ModelError) -> ModelIdentity {
        let folder = directory.path.split(separator: "/").last.map { String($0) } ?? "model"
        let json = try ModelError.catching { () throws(WeightsError) in
            directory.has(fileName) ? try directory.json(fileName) : [:]
        }
        let reader = ConfigurationReader(json, file: "vigil.json", path: "")
        if let files = reader.member("files") {
            try ModelError.catching { () throws(WeightsError) in
                try manifest.verify(digests(files))
            }
        }
        let claim = try reader.bool("validated", default: false)
        var identity = ModelIdentity(
            name: try reader.text("name", default: folder), digest: manifest.digest,
            family: family, isValidated: claim && allowed.names(manifest.digest),
            trainedOn: reader.member("trainedOn")?.stringValue,
            intendedUse: try reader.text("intendedUse", default: unknownUse),
            licence: reader.member("licence")?.stringValue)
        identity.claimsValidation = claim
        identity.intendedInputs = [try IntendedInput(reader)].compactMap { $0 }
        return identity
    }

    private static func digests(_ value: JSONValue) throws(WeightsError) -> [String: String] {
        var digests: [String: String] = [:]
        for member in value.objectValue?.members ?? [] {
            guard let hex = member.value.stringValue else {
                throw .badFile(path: "vigil.json", reason: "files holds something but digests")
            }
            digests[member.name] = hex
        }
        return digests
    }
}

package import FoundationModel
internal import Settings
internal import Signing
package import Triage
package import VigilCore

/// The calibrations that `triage.calibrations` names, opened by the keys that the settings trust.
package struct SiteCalibrations: Sendable {
    private let all: [(path: SafeText, signed: SignedCalibration)]
    /// Whether the policy's thresholds may answer for a validated model.
    private let isLegacyAllowed: Bool

    /// How many there are.
    package var count: Int { all.count }
    /// When the first of them expires; nil without one.
    package var firstExpiry: Timestamp? { all.map(\.signed.file.validity.expires).min() }

    /// The names of the keys that signed them, each once.
    package var signers: [Digest] { Set(all.map(\.signed.signer)).sorted { $0.hex < $1.hex } }

    /// The names of all.
    package var digests: [Digest] { all.map(\.signed.digest) }

    /// Over the digests of all, the smallest first; nil without one.
    var digest: Digest? {
        let digests = digests.map(\.hex).sorted()
        return digests.isEmpty ? nil : Digest(of: digests.joined(separator: "\n").utf8)
    }

    /// - Parameter rules: know the findings that may be there.
    init(_ settings: Settings, rules: TriageRules) throws {
        isLegacyAllowed = settings.triageUncalibrated == "legacy"
        let keys = try KeyFile.verifying(settings.triageCalibrationKeys)
        all = try settings.triageCalibrations.map { path in
            let name = SafeText(operatorProvided: path)
            let signed = try SignedCalibration(
                try SignedFileBytes.read(path) { .calibrationUnreadable(file: $0, reason: $1) },
                keys: keys, rules: rules, file: name)
            if let refusal = signed.file.refusal(site: settings.triageSite) {
                throw TriageError.calibrationRefused(file: name, refusal, member: "it")
            }
            return (name, signed)
        }
    }

    /// Refuses calibrations that are of none of the models, and so would answer nothing.
    func check(against scorers: [ScoringModel], at time: Timestamp) throws(TriageError) {
        for (path, signed) in all where !scorers.contains(signed.file.scorer) {
            guard let scorer = scorers.first,
                let refusal = signed.file.refusal(for: scorer, at: time)
            else { continue }
            throw .calibrationRefused(file: path, refusal, member: "it")
        }
    }

    /// What answers for a model; nil: the policy's thresholds do.
    ///
    /// - Throws: ``TriageError/uncalibrated(model:)`` for a validated model without calibrations,
    ///   unless the operator has written down that it is wanted so.
    func triage(
        for scorer: ScoringModel, named name: String, isValidated: Bool
    ) throws(TriageError) -> CalibratedTriage? {
        let own = all.map(\.signed).filter { $0.file.scorer == scorer }
        guard own.isEmpty else { return CalibratedTriage(own, scorer: scorer) }
        if isValidated, !isLegacyAllowed {
            throw .uncalibrated(model: SafeText(operatorProvided: name))
        }
        return nil
    }
}

extension ScoringModel {
    /// What a model's scores depend on. A training domain marks images and changes no score.
    package init(_ identity: ModelIdentity, preprocessing: Digest) {
        self.init(
            model: identity.digest, preprocessing: preprocessing,
            adapters: identity.adapters.filter(\.kind.hasScores).map(\.digest))
    }
}

package import Settings
internal import Signing
package import Triage
package import VigilCore

/// What may run at this site, as `models.envelope` says, opened by the keys that are trusted.
package struct SiteEnvelope: Sendable {
    private let path: SafeText
    /// With its digest and who vouches for it.
    package let signed: SignedChangeEnvelope

    /// - Returns: nil where the settings name none.
    package init?(_ settings: Settings, at time: Timestamp) throws {
        guard let path = settings.modelsEnvelope else { return nil }
        self.path = SafeText(operatorProvided: path)
        let keys = try KeyFile.verifying(settings.modelsEnvelopeKeys)
        let bytes = try SignedFileBytes.read(path) { name, reason in
            .envelopeUnreadable(file: name, reason: reason)
        }
        signed = try SignedChangeEnvelope(bytes, keys: keys, file: self.path)
        if let refusal = signed.envelope.refusal(site: settings.triageSite, at: time) {
            throw TriageError.envelopeRefused(file: self.path, refusal, member: "it")
        }
    }

    /// Refuses a model that the envelope does not hold as it would run.
    package func check(_ running: RunningModel) throws(TriageError) {
        guard let refusal = signed.envelope.refusal(of: running) else { return }
        throw .outsideEnvelope(
            model: SafeText(operatorProvided: running.name), refusal, file: path)
    }
}

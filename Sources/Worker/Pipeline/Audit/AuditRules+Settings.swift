internal import FoundationModel
internal import Imaging
internal import KafkaTransport
internal import Settings
internal import Signing
internal import Triage
internal import VigilCore

extension AuditRules {
    /// As the settings want the audit log; nil: they want none.
    ///
    /// - Parameters:
    ///   - kafka: whose group and slot name the log.
    ///   - model: with the rules that it is judged by.
    init?(
        _ settings: Settings, _ kafka: KafkaConfiguration, model: StudyInference,
        drafts: ReportDrafts?, pseudonyms: PseudonymKey
    ) throws {
        guard let topic = settings.topicsAudit, let path = settings.auditKeyFile else { return nil }
        let slot = kafka.instance ?? ""
        guard let tree = AuditTreeName(house: settings.auditName, group: kafka.group, slot: slot)
        else {
            throw PipelineError.auditNameUnusable(SafeText(operatorProvided: settings.auditName))
        }
        var parts: [AuditStart.Part: Digest] = [
            .settings: Digest(of: settings.effective().utf8),
            .model: model.identity.digest, .preprocessing: model.input.digest,
            .policy: model.model.judge.rules.policy.digest, .pseudonymKey: pseudonyms.name,
        ]
        parts[.smallModel] = model.cascade?.small.loaded.identity.digest
        parts[.calibrations] = model.calibrations.digest
        parts[.envelope] = model.model.judge.rules.envelope?.digest
        parts[.contextWeights] = model.model.judge.rules.context?.digest
        parts[.templates] = drafts?.digest
        self.init(
            topic: topic, tree: tree, key: try KeyFile.signing(path),
            interval: settings.auditInterval, file: settings.auditFile,
            start: Start(version: SafeText(stringLiteral: BuildVersion.current), parts: parts))
    }
}

import FoundationModel
import Pipeline
import Settings
import Triage
import VigilCore

/// What judges a model's scores, and what is written of them.
enum RulesCheck: String, DoctorCheck, CaseIterable {
    /// The site's thresholds and priorities.
    case policy = "triage-policy"
    /// They are signed by a key that is trusted, and of this model and site.
    case calibrations
    /// None of them is over or soon will be.
    case expiry = "calibration-expiry"
    /// What runs is what those who answer for changes have signed.
    case envelope = "models-envelope"
    /// The weights of what is known of patients are of this model.
    case context = "context-weights"
    /// The language of drafts names all that the model is asked for.
    case templates = "report-templates"

    /// So long before its end a calibration is spoken of: making one takes a site some days.
    private static let noticeMin = Duration.seconds(14 * 86_400)

    func examine(_ worker: DoctorCase) throws -> DoctorVerdict {
        switch self {
        case .policy:
            try worker.needPaths(.triagePolicy)
            let rules = try worker.rules.get()
            if let models = try? worker.models.get() { try models.check(rules) }
            return .ok(
                worker.settings.triagePolicy == nil
                    ? "the findings table alone" : "the site's policy holds")
        case .calibrations: return try calibrations(worker)
        case .expiry: return try expiry(worker)
        case .envelope: return try envelope(worker)
        case .context:
            try worker.needPaths(.contextWeights)
            guard worker.settings.contextTopic != nil else {
                throw DoctorSkip.notSet("context.topic")
            }
            _ = try worker.need(worker.models, ModelCheck.loads).checkContext(worker.settings)
            return .ok("the weights are of this model and site")
        case .templates:
            try worker.needPaths(.reportTemplates)
            guard let drafts = try ReportDrafts(worker.settings) else {
                throw DoctorSkip.notSet("topics.report")
            }
            try drafts.check(asked: worker.need(worker.models, ModelCheck.loads).asked)
            return .ok("they name all that the model is asked for")
        }
    }

    private func calibrations(_ worker: DoctorCase) throws -> DoctorVerdict {
        try worker.needPaths(.triageCalibrations, .triageCalibrationKeys)
        let found = try worker.calibrations.get()
        guard found.count > 0 else {
            return .warn(
                "none: the policy's thresholds answer, with no promise about their errors",
                "Calibrate by 'vigil calibrate', and name the file in triage.calibrations")
        }
        let signers = found.signers.map { "\($0)" as SafeText }.line
        return .ok("\(found.count), signed by \(signers)")
    }

    private func envelope(_ worker: DoctorCase) throws -> DoctorVerdict {
        try worker.needPaths(.modelsEnvelope, .modelsEnvelopeKeys)
        guard let envelope = try SiteEnvelope(worker.settings, at: worker.now) else {
            throw DoctorSkip.notSet("models.envelope")
        }
        let running = try worker.need(worker.models, ModelCheck.loads).running(
            try worker.need(worker.calibrations, RulesCheck.calibrations),
            try worker.need(worker.rules, RulesCheck.policy), worker.settings)
        for model in running { try envelope.check(model) }
        let end = envelope.signed.envelope.validity.expires
        if worker.now.later(by: Self.noticeMin) >= end {
            return .warn(
                "it ends at \(end); then all that is answered abstains",
                "Have a new one signed by those who answer for changes ('vigil envelope draft')")
        }
        return .ok("it holds until \(end), signed by \(envelope.signed.signer)")
    }

    private func expiry(_ worker: DoctorCase) throws -> DoctorVerdict {
        let found = try worker.need(worker.calibrations, RulesCheck.calibrations)
        guard let end = found.firstExpiry else { throw DoctorSkip.notSet("triage.calibrations") }
        let remedy: SafeText = "Calibrate anew by 'vigil calibrate' and sign it"
        if worker.now >= end {
            return .fail("one is over since \(end): all that it answers abstains", remedy)
        }
        if worker.now.later(by: Self.noticeMin) >= end {
            return .warn("one ends at \(end)", remedy)
        }
        return .ok("the first ends at \(end)")
    }
}

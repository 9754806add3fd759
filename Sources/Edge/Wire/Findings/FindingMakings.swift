package import VigilCore

/// By what findings were decided, as a recall asks for them. What is nil is not asked for.
package struct FindingMakings: Sendable, Hashable {
    /// The model's digest, or that of one of its adapters.
    package var model: Digest?
    package var preprocessing: Digest?
    /// The triage policy's table.
    package var policy: Digest?
    /// The calibration that was asked, or that answered one of the results.
    package var calibration: Digest?
    /// Only what was decided then or later.
    package var since: Timestamp?

    package init() {}

    /// Whether a finding was decided by all that is asked for. One that does not say when it was
    /// decided counts as decided late enough; of a study that was not assessed nothing fits, since
    /// nothing was said of it.
    package func fit(_ finding: Finding) -> Bool {
        guard let assessed = finding.assessed else { return false }
        let models = [assessed.model.digest] + assessed.model.adapters.map(\.digest)
        let calibrations =
            [finding.decision.calibration?.digest]
            + assessed.findings.map { $0.calibrated?.digest }
        return model.map { models.contains($0) } ?? true
            && preprocessing.map { $0 == assessed.preprocessing } ?? true
            && policy.map { $0 == finding.decision.policy?.digest } ?? true
            && calibration.map { calibrations.contains($0) } ?? true
            && isLateEnough(finding.decision.decidedAt)
    }

    private func isLateEnough(_ time: Timestamp?) -> Bool {
        guard let since, let time else { return true }
        return time >= since
    }
}

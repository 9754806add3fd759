internal import Context
internal import Control
internal import Imaging
internal import Triage
package import VigilCore
internal import Wire

/// How findings are revised for what becomes known of their patients after they were published: by
/// the scores that they tell, and by the rules that they were decided by. Pure but for what
/// operators allow.
package struct LateRule: Sendable {
    /// What a look at a finding comes to.
    package enum Review: Sendable {
        /// No class changes.
        case unchanged
        /// It was decided by another model, policy, calibration or envelope, by other weights, or
        /// by one that is past its time or alarmed: by these rules it cannot be decided anew.
        case otherRules
        case revised(Finding, Finding.Change)
    }

    /// How long after a study was there.
    package let window: Duration
    private let rules: StudyRules
    private let model: Finding.Model
    private let preprocessing: Digest
    private let prompts: Digest?
    /// Nil: everything is allowed.
    private let control: StudyControl?

    /// - Parameters:
    ///   - model: whose findings they are, as records tell of it.
    ///   - preprocessing: the digest of how studies become its input.
    ///   - control: what operators allow; nil: everything.
    package init(
        window: Duration, _ rules: StudyRules, model: Finding.Model, preprocessing: Digest,
        prompts: Digest?, control: StudyControl? = nil
    ) {
        self.control = control
        self.window = window
        self.rules = rules
        self.model = model
        self.preprocessing = preprocessing
        self.prompts = prompts
    }

    /// What operators allow; nil: everything. Of which scanner a finding's images are it does not
    /// tell, so it may be of any.
    private var standing: ControlStanding? { control?.standing(of: [Scanner([])]) }

    /// Whether findings may be revised now. While operators stop anything none is: what stands was
    /// said before, and is neither raised nor lowered by a stop. Nor while it is not known which
    /// alarms stand.
    var mayRevise: Bool {
        guard control?.knowsAlarms ?? true else { return false }
        return standing.map { $0.stop == nil && $0.findings.isEmpty } ?? true
    }

    /// Whether something else is known by now than what a finding was decided by.
    func isOutdated(_ context: Finding.Context?, by known: PatientContext) -> Bool {
        rules.context?.record(known) != context
    }

    /// Decides a finding anew.
    ///
    /// - Parameters:
    ///   - known: what is known of its patient now.
    ///   - origin: where the event of its study first stood.
    package func review(
        _ finding: Finding, _ known: PatientContext, origin: RecordPosition, at time: Timestamp
    ) -> Review {
        guard isOutdated(finding.decision.context, by: known) else { return .unchanged }
        guard isOfTheseRules(finding, at: time), let context = rules.context?.record(known) else {
            return .otherRules
        }
        let now = rules.assess(finding, known, at: time)
        guard let change = finding.change(to: now) else { return .unchanged }
        var revised = finding.revised(
            by: now, context, at: time, previous: finding.deterministicDigest, origin: origin)
        revised.decision.control = standing?.input
        // With other answers of the same images its changes may be others.
        let prior = finding.assessed?.prior.map { KnownPrior(told: $0).prior(of: revised) }
        revised.assessed?.prior = prior
        return .revised(revised, change)
    }

    private func isOfTheseRules(_ finding: Finding, at time: Timestamp) -> Bool {
        guard let assessed = finding.assessed, let context = finding.decision.context else {
            return false
        }
        return assessed.model == model && assessed.preprocessing == preprocessing
            && assessed.prompts == prompts
            && rules.context.map { !$0.differs(from: context) } ?? false
            && rules.decided(finding.decision)
            && rules.calibrations?.isOver(finding.findings, at: time) != true
            && !isAlarmed(finding) && !rules.isOutside(at: time)
    }

    /// Whether an alarm stands against a calibration that answered. Which stratum a finding is of
    /// it does not tell in all parts, so alarms of any hold.
    private func isAlarmed(_ finding: Finding) -> Bool {
        let alarms = control?.alarms(against: rules, of: [:]) ?? []
        return finding.findings.contains { result in
            guard let asked = result.calibrated, asked.stratum != nil else { return false }
            return alarms.contains {
                $0.concerns(asked.digest, code: result.code, head: result.head)
            }
        }
    }
}

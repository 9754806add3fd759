/// What Vigil says about one event of a study: the priority, the findings or why there are none,
/// and everything needed to repeat the run and to judge it.
///
/// All but ``run`` and the time of the decision is deterministic: the same event, model, settings
/// and ``decision`` give the same bytes, which ``deterministicDigest`` sums up.
package struct Finding: Sendable, Hashable {
    /// By ``FindingIdentity/finding(study:series:model:preprocessing:prompts:adapters:)``.
    package var findingID: UUIDv5
    package var subject: Subject
    /// The event that asked for this finding.
    package var cause: EventIdentity
    package var priority: Priorities
    /// How urgent the images look, 0…1; nil when the model gave no usable score.
    package var urgency: Float?
    /// Why the priority is what it is, most telling first; why the study was not assessed, then at
    /// least one.
    package var reasons: [Reason]
    package var decision: Decision
    /// What a model said; nil when the study was not assessed.
    package var assessed: Assessed?
    /// The images that were read, in the event's order.
    package var instances: [Instance]
    /// The instances that were not.
    package var leftOut: [LeftOut]
    /// How the study came together; nil for an event that was complete by itself.
    package var revision: Revision?
    package var run: Run

    package init(
        findingID: UUIDv5, study: DicomUID, pseudonym: Pseudonym, keyID: String? = nil,
        cause: EventIdentity, priority: Priorities, urgency: Float?, reasons: [Reason],
        decision: Decision, assessed: Assessed?, instances: [Instance], leftOut: [LeftOut] = [],
        revision: Revision? = nil, run: Run
    ) {
        self.findingID = findingID
        subject = Subject(study: study, pseudonym: pseudonym, keyID: keyID)
        self.cause = cause
        self.priority = priority
        self.urgency = urgency
        self.reasons = reasons
        self.decision = decision
        self.assessed = assessed
        self.instances = instances
        self.leftOut = leftOut
        self.revision = revision
        self.run = run
    }

    /// The study that it is about.
    package struct Subject: Sendable, Hashable {
        /// The study's own UID. It stands in the record's body alone, since the worklist must find
        /// the study by it; headers, keys and logs use ``pseudonym``.
        package let study: DicomUID
        package let pseudonym: Pseudonym
        /// Names the key of ``pseudonym``; nil: the worker has but one.
        package let keyID: String?
    }

    /// The study's own UID; see ``Subject/study``.
    package var study: DicomUID { subject.study }

    /// What stands for the study everywhere else.
    package var pseudonym: Pseudonym { subject.pseudonym }

    /// The results; none when the study was not assessed.
    package var findings: [Result] { assessed?.findings ?? [] }
}

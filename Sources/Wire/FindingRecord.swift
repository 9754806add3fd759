package import VigilCore

/// What Vigil says about one study event: the findings, the priority, and everything needed to
/// repeat the run and to judge it.
///
/// All but ``run`` is deterministic: the same event, model and settings give the same bytes, which
/// ``deterministicDigest`` sums up. ``run`` holds what differs from run to run.
package struct FindingRecord: Sendable, Hashable {
    /// By ``FindingIdentity/finding(study:series:model:preprocessing:prompts:adapters:)``.
    package var findingID: UUIDv5
    /// The study's own UID. It stands in the record's body alone, since the worklist must find the
    /// study by it; headers, keys and logs use ``pseudonym``.
    package var study: DicomUID
    package var pseudonym: Pseudonym
    /// The event that asked for this finding.
    package var cause: EventIdentity
    package var priority: Priorities
    /// How urgent the images look, 0…1; nil when the model gave no usable score.
    package var urgency: Float?
    /// Why the priority is what it is, most telling first.
    package var reasons: [Reason]
    /// One result a finding of the prompt set, in the order of the set.
    package var findings: [Result]
    package var model: Model
    /// Digest of the preprocessing manifest.
    package var preprocessing: Digest
    /// Digest of the prompt set; nil without one.
    package var prompts: Digest?
    /// Digest of the triage policy's table.
    package var policy: Digest?
    /// Digest over the bits of the study's embeddings.
    package var output: Digest
    /// How arithmetic was done, such as `fast` or `reproducible`.
    package var numericMode: String
    /// The images that were read, in the event's order; at least one.
    package var instances: [Instance]
    /// How the study came together; nil for an event that was complete by itself.
    package var revision: Revision?
    package var run: Run

    package init(
        findingID: UUIDv5, study: DicomUID, pseudonym: Pseudonym, cause: EventIdentity,
        priority: Priorities, urgency: Float?, reasons: [Reason], findings: [Result], model: Model,
        preprocessing: Digest, prompts: Digest?, policy: Digest?, output: Digest,
        numericMode: String, instances: [Instance], revision: Revision? = nil, run: Run
    ) {
        self.findingID = findingID
        self.study = study
        self.pseudonym = pseudonym
        self.cause = cause
        self.priority = priority
        self.urgency = urgency
        self.reasons = reasons
        self.findings = findings
        self.model = model
        self.preprocessing = preprocessing
        self.prompts = prompts
        self.policy = policy
        self.output = output
        self.numericMode = numericMode
        self.instances = instances
        self.revision = revision
        self.run = run
    }

    /// SHA-256 of the record's JSON without ``run``: what a replay must reproduce.
    package var deterministicDigest: Digest {
        Digest(of: JSONWriter.bytes(.object(deterministicMembers)))
    }
}

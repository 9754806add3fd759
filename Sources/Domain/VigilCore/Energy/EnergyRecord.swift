/// What a study or a span of time cost in energy, how that is known, and how well.
package struct EnergyRecord: Sendable, Hashable {
    /// What the energy was spent on.
    package enum Subject: Sendable, Hashable {
        case study(StudyShare)
        case interval(Interval)
    }

    /// One study's share of the batch that it ran in.
    package struct StudyShare: Sendable, Hashable {
        package var findingID: UUIDv5
        package var study: Pseudonym
        /// The event that asked for the finding.
        package var cause: EventIdentity
        package var batch: Finding.Batch?
        /// The study's part of the batch, 0…1; the parts of one batch sum to 1. Of a study that ran
        /// in several batches, its part of the time that these took.
        package var share: Double?
        package var model: Digest?
        package var traceparent: String?
        /// Beside it, in the record's headers only.
        package var tracestate: String?
        /// What images of known embedding took when they were computed; nil: no cache was asked, or
        /// it is not known.
        package var saved: Joules?
        /// How it waited for a cleaner hour; nil when it did not.
        package var deferral: DeferralRecord?
        /// How a small model was shown it first; nil when it was not.
        package var cascade: CascadeRecord?

        package init(
            findingID: UUIDv5, study: Pseudonym, cause: EventIdentity,
            batch: Finding.Batch? = nil, share: Double? = nil, model: Digest? = nil,
            traceparent: String? = nil, tracestate: String? = nil, saved: Joules? = nil,
            deferral: DeferralRecord? = nil
        ) {
            self.saved = saved
            self.deferral = deferral
            self.findingID = findingID
            self.study = study
            self.cause = cause
            self.batch = batch
            self.share = share
            self.model = model
            self.traceparent = traceparent
            self.tracestate = tracestate
        }
    }

    /// Joules by what they were spent on.
    package struct Stages: Sendable, Hashable {
        /// Fetching, decoding and normalising files.
        package var decode: Joules
        /// The model.
        package var inference: Joules
        /// Kafka transactions.
        package var publish: Joules

        package init(decode: Joules, inference: Joules, publish: Joules) {
            self.decode = decode
            self.inference = inference
            self.publish = publish
        }
    }

    /// A span of one worker's life, busy or not.
    package struct Interval: Sendable, Hashable {
        /// The worker's slot (`--instance`).
        package var worker: String
        package var from: Timestamp
        package var to: Timestamp
        /// How many studies were finished in it.
        package var studies: Int
        /// The part of the energy that studies were charged; the rest is idle.
        package var active: Joules?

        package init(
            worker: String, from: Timestamp, to: Timestamp, studies: Int, active: Joules? = nil
        ) {
            self.worker = worker
            self.from = from
            self.to = to
            self.studies = studies
            self.active = active
        }
    }

    /// What the energy was spent on.
    package var subject: Subject
    /// The energy put down to the subject.
    package var reading: EnergyReading
    /// What the counters of the whole machine showed over the same span, other processes included;
    /// of the whole batch, for a study.
    package var machine: Joules?
    /// This worker's part of the machine's processor time over the span, 0…1.
    package var cpuShare: Double?
    /// Processor time of this worker and its decoders over the span.
    package var cpuTime: Duration?
    /// The part of the energy that went into memory, where it is known apart.
    package var memory: Joules?
    /// The accounting window: studies and the interval record of one window sum to each other.
    package var window: String?
    /// What the energy of studies was spent on.
    package var stages: Stages?
    /// kind interval: what was measured over it; nil where that would tell of too few studies.
    package var measured: Joules?
    /// kind interval: the energy minus what was measured, since a study counts in the window that
    /// it is published in. May be negative; sums to nothing over a worker's life.
    package var carried: Joules?
    /// Its carbon; nil when the grid's intensity is not known.
    package var carbon: CarbonRecord?
    /// Why this method was used and what it assumes, in one sentence.
    package var basis: String?

    package init(
        subject: Subject, reading: EnergyReading, machine: Joules? = nil, cpuShare: Double? = nil,
        cpuTime: Duration? = nil, memory: Joules? = nil, basis: String? = nil,
        window: String? = nil, stages: Stages? = nil, measured: Joules? = nil,
        carried: Joules? = nil, carbon: CarbonRecord? = nil
    ) {
        self.subject = subject
        self.reading = reading
        self.machine = machine
        self.cpuShare = cpuShare
        self.cpuTime = cpuTime
        self.memory = memory
        self.basis = basis
        self.window = window
        self.stages = stages
        self.measured = measured
        self.carried = carried
        self.carbon = carbon
    }
}

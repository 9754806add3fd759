/// The news that a study, or a part of one, is ready to be read, or is withdrawn.
package struct StudyEvent: Sendable, Hashable {
    /// CloudEvents `id`; with ``source`` it names the event. Opaque and possibly sensitive: not for
    /// logs.
    package let id: String
    /// CloudEvents `source`.
    package let source: String
    /// CloudEvents `time`, in the sender's own text.
    package let time: String?
    /// W3C trace context, passed on unchanged.
    package let traceparent: String?
    /// W3C `tracestate` beside it: what tracing systems before this one noted; passed on unchanged.
    package let tracestate: String?
    /// The study, and whom it is of.
    private let subject: Subject
    /// The priority that a person ordered.
    package let priority: Priority
    /// Where the pixels are, in order; at least one unless the event withdraws something
    /// or changes the order alone.
    package let instances: [InstanceReference]
    /// CloudEvents `expirytime`: after it nobody wants the result.
    package let expiry: Timestamp?
    /// What the whole study will have; nil when the event is complete by itself.
    package let expected: StudyExpectation?
    /// What of the study is no longer valid.
    package let withdrawal: Withdrawal?
    /// How the study's order changes, of an event that names no instances; nil of all others.
    package let orderChange: OrderChange?

    /// A study or series that was cancelled or entered in error, or what was said of it.
    package enum Withdrawal: Sendable, Hashable {
        case study
        case series(Set<DicomUID>)
        /// What was said of the study, and nothing of the study itself.
        case recall(Recall)
    }

    /// That one record of a study's finding holds no longer.
    package struct Recall: Sendable, Hashable {
        /// The record's digest, as the event says it.
        package let record: Digest
        /// The signed order, whose signature is to be checked.
        package let envelope: [UInt8]

        package init(record: Digest, envelope: [UInt8]) {
            self.record = record
            self.envelope = envelope
        }
    }

    private struct Subject: Sendable, Hashable {
        let study: DicomUID
        let patient: StudyPatient?
    }

    /// The study that it is about.
    package var study: DicomUID { subject.study }

    /// Whom the study is of; nil: the event does not say.
    package var patient: StudyPatient? { subject.patient }

    package init(
        id: String, source: String, time: String?, traceparent: String?,
        tracestate: String? = nil, study: DicomUID, patient: StudyPatient? = nil,
        priority: Priority,
        instances: [InstanceReference], expiry: Timestamp? = nil,
        expected: StudyExpectation? = nil, withdrawal: Withdrawal? = nil,
        orderChange: OrderChange? = nil
    ) {
        self.orderChange = orderChange
        self.tracestate = tracestate
        self.expiry = expiry
        self.id = id
        self.source = source
        self.time = time
        self.traceparent = traceparent
        subject = Subject(study: study, patient: patient)
        self.priority = priority
        self.instances = instances
        self.expected = expected
        self.withdrawal = withdrawal
    }

    /// What of an earlier finding it recalls; nil of all other events.
    package var recall: Recall? {
        if case .recall(let recall)? = withdrawal { recall } else { nil }
    }

    /// Whether the event has to be seen together with others of its study.
    package var isPart: Bool { expected != nil || withdrawal != nil }

    /// The same event over other instances and with another priority.
    package func with(instances: [InstanceReference], priority: Priority) -> StudyEvent {
        with(instances: instances, patient: patient, priority: priority)
    }

    /// The same event over other instances, of whom all events of the study say, and with another
    /// priority.
    package func with(
        instances: [InstanceReference], patient: StudyPatient?, priority: Priority
    ) -> StudyEvent {
        StudyEvent(
            id: id, source: source, time: time, traceparent: traceparent, tracestate: tracestate,
            study: study, patient: patient, priority: priority, instances: instances,
            expiry: expiry, expected: expected, withdrawal: withdrawal, orderChange: orderChange)
    }
}

/// Where one instance's bytes are. The URI may hold patient data: not for logs.
package struct InstanceReference: Sendable, Hashable {
    /// A `file:` URI.
    package let uri: String
    /// The series that it belongs to, if the event says so.
    package let series: DicomUID?
    /// The SOP Instance UID, if the event says so.
    package let sop: DicomUID?

    package init(uri: String, series: DicomUID? = nil, sop: DicomUID? = nil) {
        self.uri = uri
        self.series = series
        self.sop = sop
    }
}

internal import Settings
internal import VigilCore

/// What a worker knows of patients besides their studies' images.
package struct KnownPatients: Sendable {
    /// What the topic of context says; nil where it is not asked.
    package var contexts: PatientContexts?
    /// Their earlier studies; nil where those are not asked for.
    package var priors: PriorStudies?

    package init(contexts: PatientContexts? = nil, priors: PriorStudies? = nil) {
        self.contexts = contexts
        self.priors = priors
    }
}

extension KnownPatients {
    /// As the settings ask for it.
    ///
    /// - Parameter late: how findings are revised for what becomes known later; nil: they are not.
    init(_ settings: Settings, late: LateRule?) {
        self.init(
            contexts: settings.contextTopic.map { PatientContexts(topic: $0, late: late) },
            priors: settings.contextPriorsMax.map {
                PriorStudies(
                    topic: settings.topicsFinding, patientsMax: $0,
                    spread: settings.contextPriorSpread)
            })
    }
}

extension PreparedStudy {
    /// Looks up what is known of its patient.
    ///
    /// - Parameter study: its pseudonym.
    mutating func look(
        up patient: StudyPatient, in patients: KnownPatients, study: Pseudonym, now: Timestamp
    ) {
        let time = known.contextTime ?? now
        known.context =
            patients.contexts.map { $0.known(of: patient, at: time, now: now) }
            ?? known.context
        known.prior =
            patients.priors.map {
                $0.known(
                    of: patient, at: time, study: study,
                    kind: Finding.StudyKind(view: traits["view"], modality: traits["modality"]))
            } ?? known.prior
    }
}

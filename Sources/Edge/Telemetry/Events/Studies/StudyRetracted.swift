package import VigilCore

/// What was said of a study was taken back, since the study was withdrawn.
package struct StudyRetracted: TelemetryEvent {
    /// Which study.
    package let study: Pseudonym
    /// The number among the study's findings and retractions.
    package let revision: Int

    /// All that the event says.
    package init(study: Pseudonym, revision: Int) {
        self.study = study
        self.revision = revision
    }

    /// `study_retracted`
    package var name: StaticString { "study_retracted" }
    /// `info`
    package var level: LogLevel { .info }

    /// What the line says.
    package var fields: [LogField] {
        [LogField("study", study), LogField("revision", revision)]
    }
}

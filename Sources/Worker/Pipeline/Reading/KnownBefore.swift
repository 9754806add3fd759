internal import Context
internal import Control
package import VigilCore

/// What is known of a study besides what its event says.
package struct KnownBefore: Sendable {
    /// How the study came together; nil for an event that was complete by itself.
    package var revision: Finding.Revision?
    /// What people ordered, where more is known than what the event says.
    package var order: Finding.Order?
    /// When it was decided before, to decide the same again; nil: now.
    package var decided: Timestamp?
    /// When the study was there, from when back its patient's values count; nil: now.
    var contextTime: Timestamp?
    /// What is known of the patient; nil where nothing is asked.
    var context: PatientContext?
    /// What is known of the patient's earlier study; nil where nothing is asked.
    var prior: KnownPrior?
    /// What operators allow, where that is settled; nil: what they do when it is decided.
    var control: ControlStanding?
    /// Which alarms made it, where that is settled; nil: those that stand when it is decided.
    var alarms: [Finding.Alarm]?
    /// Whether the finding told of evidence before, to tell the same again; nil: as it is set.
    var isExplained: Bool?
    /// Whether it came in parts, so that a late one must give the same finding.
    var isInParts: Bool
}

/// What is to be measured, and how.
package struct EvaluationOptions: Sendable {
    /// Columns of the truth table that are labels; nil: those the run has scores for.
    package var labels: [String]?
    /// Columns whose values make subgroups.
    package var subgroups: [String] = []
    /// Where sensitivity and so on are taken; at least one. The first is that of the subgroups and
    /// of triage.
    package var rules: [OperatingRule] = [.threshold(0.5), .specificity(0.9)]
    /// Labels whose only operating point is this threshold, whatever ``rules`` says; the rules then
    /// count one.
    package var fixedThresholds: [String: Double] = [:]
    /// Prevalence of a label for the stated predictive values.
    package var prevalences: [String: Double] = [:]
    /// For labels that ``prevalences`` does not name; nil: not wanted.
    package var prevalence: Double?
    /// Resamplings for the intervals; 0: no intervals.
    package var replicates = 2000
    package var seed: UInt64 = 1
    /// The share of an interval.
    package var confidence = 0.95
    /// Labels that triage looks for; nil: all.
    package var triage: [String]?
    package var room = ReadingRoom()
    /// Whether waits are compared.
    package var isDelayWanted = true

    package init() {}
}

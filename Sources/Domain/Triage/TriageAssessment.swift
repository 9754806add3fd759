package import VigilCore

/// What triage makes of a study's scores.
package struct TriageAssessment: Sendable, Hashable {
    /// One a finding, in the order of the prompt set.
    package let findings: [FindingAssessment]
    /// What a person ordered.
    package let ordered: Priority
    /// What the findings alone ask for; nil when the model abstains from all of them.
    package let ai: Priority?
    /// What the worklist should use: never less urgent than `ordered`.
    package let effective: Priority
    /// How urgent the images look, 0…1, for ordering within a priority; no probability. The
    /// greatest over all findings of the normalised probability × the weight of the finding's
    /// priority (stat 1, urgent 0.75, asap 0.5, routine 0.25). Nil when it abstains from all.
    package let urgency: Float?
    /// Why, most telling first.
    package let reasons: [TriageReason]
    /// By when after its arrival the study should have its finding, by the ordered priority.
    package let notifyWithin: Duration

    /// Which alarms made it: of each finding the first that its calibration did not answer for.
    ///
    /// - Parameter alarms: those that stood, in a fixed order.
    package func effective(_ alarms: [Finding.Alarm]) -> [Finding.Alarm] {
        let effective = findings.compactMap { finding in
            finding.calibrated.flatMap { asked in
                asked.stratum != nil
                    ? nil
                    : alarms.first {
                        $0.concerns(asked.digest, code: finding.code, head: finding.head)
                    }
            }
        }
        return alarms.filter(Set(effective).contains)
    }
}

/// A finding over all images of a study.
package struct FindingAssessment: Sendable, Hashable {
    package let code: String
    /// The name of the adapter whose head it is of; nil: the prompts'.
    package let head: String?
    package let label: String
    /// The greatest usable probability of the images within the training domain; without such an
    /// image, of all others; nil when there is none.
    package let probability: Float?
    /// Of the same image; nil when it is not finite.
    package let logitDifference: Float?
    /// The least probability that is flagged; nil where a calibration was asked and has no rule.
    package let threshold: Float?
    /// The priority that the finding asks for when it is flagged.
    package let priority: Priority
    package let answer: Finding.Answer
    /// The calibration that was asked; nil: there is none.
    package let calibrated: Finding.Calibrated?
    /// The score with what is known of the patient; nil: it is the image's own.
    package let fused: Finding.Fused?
    /// The image with the greatest probability; of several, the first by instance and frame.
    package let evidence: Evidence?
    /// In how many images the score was not a number in 0…1.
    package let unusable: Int

    /// What the policy's table has it under.
    var key: String { OperatingPoint.key(code: code, head: head) }

    /// What is compared with the threshold.
    var score: Float? { fused?.score ?? probability }

    /// Whether it asks for its priority; what is abstained does not.
    package var isPositive: Bool { answer == .flagged }

    /// Why the model does not know; none: it does.
    package var abstentions: [Finding.Abstention] {
        if case .abstained(let because) = answer { because } else { [] }
    }

    /// An image by its place in the study.
    package struct Evidence: Sendable, Hashable, Comparable {
        package let instance: Int
        package let frame: Int

        package static func < (left: Evidence, right: Evidence) -> Bool {
            (left.instance, left.frame) < (right.instance, right.frame)
        }
    }
}

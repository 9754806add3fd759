extension Finding {
    /// What the decision hung on besides the images and the model, so that a replay reads it here
    /// and asks no clock and no topic. The order as it stood is ``Order/before``.
    package struct Decision: Sendable, Hashable {
        /// When it was decided, by the worker's clock; nil until the record is published.
        package var decidedAt: Timestamp?
        /// The triage policy's table.
        package var policy: Input?
        /// The site's calibration; of several the newest.
        package var calibration: Input?
        /// Whether findings were answered by the policy's thresholds, of which no calibration
        /// promises anything.
        package var isUncalibrated = false
        /// What may be changed without a new evaluation.
        package var envelope: Input?
        /// The state of the control topic.
        package var control: Input?
        /// By which calibrations did not answer though they would have; in a fixed order.
        package var alarms: [Alarm] = []
        /// What was known of the patient; nil where nothing was asked.
        package var context: Context?
        /// What each gate said, in order.
        package var gates: [Gate] = []

        package init() {}
    }

    /// A file or state that a decision was made by.
    package struct Input: Sendable, Hashable {
        package let digest: Digest
        /// From when until when it holds; nil: without such a bound.
        package let validFrom: Timestamp?
        package let validUntil: Timestamp?

        package init(digest: Digest, validFrom: Timestamp? = nil, validUntil: Timestamp? = nil) {
            self.digest = digest
            self.validFrom = validFrom
            self.validUntil = validUntil
        }
    }

    /// What one gate said, of the study or of some of its instances.
    package struct Gate: Sendable, Hashable {
        /// What a gate can say.
        package enum Verdict: String, Sendable, Hashable, CaseIterable, SafeToLog {
            case taken
            case leftOut = "left_out"
            case unknown
            case refused
        }

        /// Which gate, a word in snake case such as `identity`.
        package let name: String
        package let verdict: Verdict
        /// Why, a word of ``LeftOut/Reason``; nil where there is nothing to say.
        package let reason: String?
        /// How many instances it is said of; nil: of the study.
        package let instances: Int?
        /// What it was judged by, as words and numbers by their names, such as the modality.
        package let facts: [String: String]

        package init(
            _ name: String, _ verdict: Verdict, reason: String? = nil, instances: Int? = nil,
            facts: [String: String] = [:]
        ) {
            self.name = name
            self.verdict = verdict
            self.reason = reason
            self.instances = instances
            self.facts = facts
        }
    }
}

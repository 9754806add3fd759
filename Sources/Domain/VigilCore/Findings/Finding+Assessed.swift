extension Finding {
    /// What a model said of the images, and by what.
    package struct Assessed: Sendable, Hashable {
        package var model: Model
        /// Digest of the preprocessing manifest.
        package var preprocessing: Digest
        /// Digest of the prompt set; nil without one.
        package var prompts: Digest?
        /// Digest over the bits of the study's embeddings.
        package var output: Digest
        /// How arithmetic was done, such as `fast` or `reproducible`.
        package var numericMode: String
        /// One result a finding of the prompt set, in the order of the set, then the heads'; at
        /// least one.
        package var findings: [Result]
        /// The maps behind what ``findings`` tell of evidence, for a record of their own; none of a
        /// record that was read back.
        package var maps: [ResultMap] = []
        /// The patient's earlier study; nil where none was asked for.
        package var prior: Prior?

        package init(
            model: Model, preprocessing: Digest, prompts: Digest?, output: Digest,
            numericMode: String, findings: [Result]
        ) {
            self.model = model
            self.preprocessing = preprocessing
            self.prompts = prompts
            self.output = output
            self.numericMode = numericMode
            self.findings = findings
        }
    }

    /// What is said of one finding.
    package enum Answer: Sendable, Hashable {
        /// The probability reaches the operating point.
        case flagged
        case notFlagged
        /// The model does not know; at least one reason.
        case abstained([Abstention])

        /// Whether nothing is said.
        package var isAbstained: Bool {
            if case .abstained = self { true } else { false }
        }

        /// The answer's word in records.
        package var word: StaticString {
            switch self {
            case .flagged: "flagged"
            case .notFlagged: "not_flagged"
            case .abstained: "abstained"
            }
        }
    }

    /// Why nothing is said of a finding.
    package enum Abstention: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// There is no score, or it is no number of 0...1.
        case noUsableScore = "no_usable_score"
        /// No image lies within what the model was trained on.
        case outsideTrainingDomain = "outside_training_domain"
        /// The score lies between both thresholds, or below the upper one where the lower was
        /// refused.
        case uncertain
        /// No calibration speaks of the finding.
        case calibrationMissing = "calibration_missing"
        /// It is past its time, or before it.
        case calibrationExpired = "calibration_expired"
        /// It is of another model, preprocessing or other adapters.
        case calibrationOfAnother = "calibration_of_another"
        /// The study is of a site, view or other kind that was not calibrated with.
        case stratumUnknown = "stratum_unknown"
        /// Too few studies with the finding to say when it is not there.
        case tooFewPositives = "too_few_positives"
        case viewUnknown = "view_unknown"
        /// A gate of the model takes the image for another view than a frontal one.
        case viewNotFrontal = "view_not_frontal"
        /// The same for one whose black and white are exchanged.
        case invertedPolarity = "inverted_polarity"
        /// The same for one that is turned by a quarter, a half or three quarters.
        case rotated
        case contextContradicts = "context_contradicts"
        case stopped
        case outsideEnvelope = "outside_envelope"
        /// An alarm stands against the calibration that would have answered.
        case qualityAlarm = "quality_alarm"
    }
}

extension Finding {
    /// The priorities of a study. By construction the effective one is never less urgent than the
    /// ordered one.
    package struct Priorities: Sendable, Hashable {
        /// What people ordered.
        package let order: Order
        /// What the findings alone would ask for; nil when nothing was assessed or the model gave
        /// no usable score.
        package let ai: Priority?
        /// What the worklist should use.
        package let effective: Priority

        /// - Parameter effective: raised to what was ordered should it be less urgent.
        package init(order: Order, ai: Priority?, effective: Priority) {
            self.order = order
            self.ai = ai
            self.effective = min(order.highest, effective)
        }

        /// The most urgent order so far.
        package var ordered: Priority { order.highest }
    }

    /// A reason for the priority, or why nothing was assessed.
    package struct Reason: Sendable, Hashable {
        /// A stable name in snake case; of a study that was not assessed one of ``NotAssessed`` or
        /// ``LeftOut/Reason``.
        package let code: String
        /// One sentence for a person.
        package let text: String

        package init(code: String, text: String) {
            self.code = code
            self.text = text
        }
    }

    /// Where in the study a score comes from.
    package struct Evidence: Sendable, Hashable {
        /// Index into ``Finding/instances``, from 0.
        package let instance: Int
        /// The frame within that instance, from 0.
        package let frame: Int

        /// Whether it stands for the whole series of that instance.
        package let isSeries: Bool

        package init(instance: Int, frame: Int, isSeries: Bool = false) {
            self.instance = instance
            self.frame = frame
            self.isSeries = isSeries
        }
    }

    /// The result for one finding of the prompt set.
    package struct Result: Sendable, Hashable {
        /// The finding's code in its prompt set.
        package let code: String
        /// The finding's name for a person.
        package let label: String
        /// 0…1; nil or not finite (and then left out of the record) when the model gave none.
        package let probability: Float?
        /// The logit of "present" less the logit of "absent", before any calibration.
        package let logitDifference: Float?
        /// The least probability that is flagged, 0…1; nil where a calibration was asked that has
        /// no rule for the study.
        package let threshold: Float?
        package let answer: Answer
        /// The calibration that was asked; nil: there is none.
        package let calibrated: Calibrated?
        /// The score with what is known of the patient; nil: it is the image's own.
        package let fused: Fused?
        package let evidence: Evidence?
        /// Which parts of that image made the score; nil where nobody asked, or nothing is flagged.
        package let explained: Explained?
        /// The name of the adapter whose head gave it; nil: the prompts did.
        package let head: String?

        package init(
            code: String, label: String, probability: Float?, logitDifference: Float?,
            threshold: Float?, answer: Answer, calibrated: Calibrated? = nil,
            fused: Fused? = nil, evidence: Evidence?, explained: Explained? = nil,
            head: String? = nil
        ) {
            self.head = head
            self.explained = explained
            self.calibrated = calibrated
            self.fused = fused
            self.code = code
            self.label = label
            self.probability = probability
            self.logitDifference = logitDifference
            self.threshold = threshold
            self.answer = answer
            self.evidence = evidence
        }
    }

    /// The model behind the findings, and what it may be used for.
    package struct Model: Sendable, Hashable {
        package let name: String
        /// Over all files of the model.
        package let digest: Digest
        /// The encoder family, such as `clip`.
        package let family: String
        /// The arithmetic of the matrix products, such as `fp32`.
        package let precision: String
        /// Whether the model was validated for the findings it reports.
        package let isValidated: Bool
        /// What it was trained on; nil when that is not stated.
        package let trainedOn: String?
        /// What it may be used for.
        package let intendedUse: String
        /// What it was adapted with.
        package let adapters: [Adapter]

        package init(
            name: String, digest: Digest, family: String, precision: String, isValidated: Bool,
            trainedOn: String?, intendedUse: String, adapters: [Adapter] = []
        ) {
            self.adapters = adapters
            self.name = name
            self.digest = digest
            self.family = family
            self.precision = precision
            self.isValidated = isValidated
            self.trainedOn = trainedOn
            self.intendedUse = intendedUse
        }
    }

    /// A head or LoRA of the model, in a file of its own.
    package struct Adapter: Sendable, Hashable {
        package let name: String
        /// `linear-probe`, `mlp-head`, `lora` or `training-domain`.
        package let kind: String
        /// Of its file.
        package let digest: Digest

        package init(name: String, kind: String, digest: Digest) {
            self.name = name
            self.kind = kind
            self.digest = digest
        }
    }

    /// One image that was read.
    package struct Instance: Sendable, Hashable {
        /// The pseudonym of the series UID; nil for an image without one, such as a PNG.
        package let series: Pseudonym?
        /// The pseudonym of the SOP instance UID.
        package let sop: Pseudonym?
        /// Digest of the decoded pixels.
        package let pixels: Digest
        /// The DICOM modality, such as `CR`.
        package let modality: String?
        /// How many frames the model saw.
        package let frames: Int
        /// What is odd about the image: its range of values, how it was read, or that it lies
        /// outside what the model was trained on. Each a word in snake case.
        package private(set) var flags: [String]

        package init(
            series: Pseudonym?, sop: Pseudonym?, pixels: Digest, modality: String?, frames: Int,
            flags: [String]
        ) {
            self.series = series
            self.sop = sop
            self.pixels = pixels
            self.modality = modality
            self.frames = frames
            self.flags = flags
        }

        /// The same with one more flag.
        package func flagged(_ flag: String) -> Instance {
            var out = self
            out.flags.append(flag)
            return out
        }
    }
}

extension Finding {
    /// An earlier study of the same patient beside this one: what was known of it when this one was
    /// decided, and how each finding's score of the images has changed since. It informs, and moves
    /// no priority.
    package struct Prior: Sendable, Hashable {
        /// How it stood.
        package enum State: String, Sendable, Hashable, CaseIterable, SafeToLog {
            /// An earlier study was known.
            case compared
            /// None was.
            case noneKnown = "none_known"
            /// None is kept, or something newer may have been forgotten for want of room.
            case notKept = "not_kept"
            /// The newest record of the earlier study cannot be read.
            case unreadable
            /// The topic of findings was not read to its end.
            case notRead = "not_read"
            /// The study's events name something that is no pseudonym, or several patients.
            case patientUnclear = "patient_unclear"
        }

        /// How it stood.
        package let state: State
        /// For what it was looked for.
        package let asked: PriorQuestion
        /// There where something was compared.
        package let earlier: Earlier?
        /// One for each result, in their order, where something was compared.
        package let changes: [ScoreChange]

        package init(
            state: State, asked: PriorQuestion, earlier: Earlier?, changes: [ScoreChange]
        ) {
            self.state = state
            self.asked = asked
            self.earlier = earlier
            self.changes = changes
        }
    }

    /// For what an earlier study is looked for.
    package struct PriorQuestion: Sendable, Hashable {
        /// Whose study this is; nil where that is unclear.
        package let patient: Pseudonym?
        /// When this study was there: only what was there before it is earlier. Nil as ``patient``.
        package let time: Timestamp?
        /// What this study's images are.
        package let kind: StudyKind
        /// By how much a finding's log-odds differ between studies of one unchanged patient, as a
        /// standard deviation of each; greater than 0. Nil: the site has not said, and no change
        /// has an interval.
        package let spread: Double?

        package init(patient: Pseudonym?, time: Timestamp?, kind: StudyKind, spread: Double?) {
            self.patient = patient
            self.time = time
            self.kind = kind
            self.spread = spread
        }
    }

    /// What a study's images are.
    package struct StudyKind: Sendable, Hashable {
        /// Such as `PA`, several joined by a plus; nil where an image does not tell it.
        package let view: String?
        /// Such as `DX`, likewise.
        package let modality: String?

        package init(view: String?, modality: String?) {
            self.view = view
            self.modality = modality
        }

        /// Whether both are of the same view and modality; nil where one does not tell it.
        package func isSame(as other: StudyKind) -> Bool? {
            guard let view, let otherView = other.view, let modality,
                let otherModality = other.modality
            else { return nil }
            return view == otherView && modality == otherModality
        }
    }

    /// The record of an earlier study.
    package struct Earlier: Sendable, Hashable {
        /// The study's pseudonym.
        package let study: Pseudonym
        /// The record's digest.
        package let record: Digest
        /// When that study was there.
        package let time: Timestamp
        /// What that study's images are.
        package let kind: StudyKind
        /// By what its scores came about.
        package let rules: ScoreRules

        package init(
            study: Pseudonym, record: Digest, time: Timestamp, kind: StudyKind, rules: ScoreRules
        ) {
            self.study = study
            self.record = record
            self.time = time
            self.kind = kind
            self.rules = rules
        }
    }

    /// By what scores and answers came about. Only under the same are they compared.
    package struct ScoreRules: Sendable, Hashable {
        /// Over the model, its adapters, prompts and arithmetic.
        package let model: Digest
        /// Of the preprocessing manifest.
        package let preprocessing: Digest
        /// Over the policy and the calibrations that answered.
        package let answers: Digest

        package init(model: Digest, preprocessing: Digest, answers: Digest) {
            self.model = model
            self.preprocessing = preprocessing
            self.answers = answers
        }
    }

    /// What a model said of one finding of a study's images, whatever was known of the patient.
    package struct ImageScore: Sendable, Hashable {
        /// The answer as far as it is the images' own.
        package enum Answer: String, Sendable, Hashable, CaseIterable {
            case flagged
            case notFlagged = "not_flagged"
            case abstained
            /// Flagged for what is known of the patient beside the images.
            case flaggedByContext = "flagged_by_context"
        }

        /// The finding's code.
        package let code: String
        /// The adapter whose head gave it; nil: the prompts did.
        package let head: String?
        /// As far as it is the images' own.
        package let answer: Answer
        /// 0...1; nil where there is none.
        package let probability: Float?

        package init(code: String, head: String?, answer: Answer, probability: Float?) {
            self.code = code
            self.head = head
            self.answer = answer
            self.probability = probability
        }

        /// Whether both are of the same finding.
        package func isSameFinding(as other: ImageScore) -> Bool {
            code == other.code && head == other.head
        }
    }

    /// How one finding has changed since an earlier study.
    package struct ScoreChange: Sendable, Hashable {
        /// What is said of a change.
        package enum Word: String, Sendable, Hashable, CaseIterable {
            case newSince = "new_since"
            case resolvedSince = "resolved_since"
            case unchanged
            /// Nothing can be said; why stands beside it.
            case unknown
        }

        /// Why nothing can be said.
        package enum Doubt: String, Sendable, Hashable, CaseIterable {
            case otherModel = "other_model"
            case otherPreprocessing = "other_preprocessing"
            /// The policy or the calibration was another.
            case otherAnswers = "other_answers"
            case viewUnknown = "view_unknown"
            case otherView = "other_view"
            /// The earlier record says nothing of the finding.
            case notAsked = "not_asked"
            /// One of both abstains.
            case abstained
            /// One of both is flagged for what is known of the patient, not by its images.
            case flaggedByContext = "flagged_by_context"
            /// One of both has no probability between 0 and 1, or none that is neither.
            case noUsableScore = "no_usable_score"
            /// The site has not said how far scores of an unchanged patient lie apart.
            case noInterval = "no_interval"
            /// The answers differ, and the scores by no more than those of an unchanged patient.
            case withinSpread = "within_spread"
            /// The answers are the same, and the scores differ by more than that.
            case scoreChanged = "score_changed"
        }

        /// The finding's code.
        package let code: String
        /// The adapter whose head gave it; nil: the prompts did.
        package let head: String?
        /// What is said of the change.
        package let word: Word
        /// There where the word is ``Word/unknown``.
        package let doubt: Doubt?
        /// What the earlier record says; nil where it says nothing.
        package let before: ImageScore?
        /// The score's log-odds less those of before; nil where that was not reckoned.
        package let difference: Interval?

        package init(
            code: String, head: String?, word: Word, doubt: Doubt?, before: ImageScore?,
            difference: Interval?
        ) {
            self.code = code
            self.head = head
            self.word = word
            self.doubt = doubt
            self.before = before
            self.difference = difference
        }
    }

    /// A number with its 95 % interval.
    package struct Interval: Sendable, Hashable {
        /// Without a unit.
        package let value: Double
        /// The interval's lower end.
        package let low: Double
        /// Its upper end.
        package let high: Double

        package init(value: Double, low: Double, high: Double) {
            self.value = value
            self.low = low
            self.high = high
        }
    }
}

extension Finding {
    /// When its study was there, from when on what is known of its patient was looked for; nil
    /// where nothing was.
    package var contextTime: Timestamp? { decision.context?.time ?? assessed?.prior?.asked.time }
}

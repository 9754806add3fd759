extension Finding {
    /// What was known of the patient when a study was decided, and by which weights it counts.
    package struct Context: Sendable, Hashable {
        /// How it stood.
        package enum State: String, Sendable, Hashable, CaseIterable, SafeToLog {
            /// Something was known that has a weight.
            case used
            /// Nothing was known that has a weight.
            case nothingKnown = "nothing_known"
            /// The topic was not read to its end: what is known of it was left out.
            case notRead = "not_read"
            /// The study's events name something that is no pseudonym, or several patients.
            case patientUnclear = "patient_unclear"
        }

        /// How it stood.
        package let state: State
        /// The site's weights.
        package let weights: Input
        /// Whose study it is; nil where that is unclear.
        package let patient: Pseudonym?
        /// When the study was there: its patient's values are looked for from then on back, and
        /// as far on as it may be revised, so that none counts by when it came. Nil without one.
        package let time: Timestamp?
        /// What was used, in the order of the items; none in other states.
        package let observations: [Observation]

        package init(
            state: State, weights: Input, patient: Pseudonym? = nil, time: Timestamp? = nil,
            observations: [Observation]
        ) {
            self.state = state
            self.weights = weights
            self.patient = patient
            self.time = time
            self.observations = observations
        }
    }

    /// One thing known of a patient that scores were raised by, by its place: its value stands in
    /// the record only where the site wants that.
    package struct Observation: Sendable, Hashable {
        package let item: ContextItem
        /// The first eight bytes of SHA-256 of its identifier, which may name a patient.
        package let id: UInt64
        /// When it was so of the patient.
        package let observed: Timestamp
        package let status: ObservationStatus
        /// Where its record stands.
        package let position: RecordPosition
        /// In the item's unit; nil: it is not told.
        package let value: Double?

        package init(
            item: ContextItem, id: UInt64, observed: Timestamp, status: ObservationStatus,
            position: RecordPosition, value: Double?
        ) {
            self.item = item
            self.id = id
            self.observed = observed
            self.status = status
            self.position = position
            self.value = value
        }
    }

    /// A finding's score with what is known of the patient.
    package struct Fused: Sendable, Hashable {
        /// What one part adds to the log-odds.
        package struct Share: Sendable, Hashable {
            package let part: ContextItem.Part
            /// What of the part; nil of the image and the rest.
            package let item: ContextItem?
            package let share: LogOdds

            package init(part: ContextItem.Part, item: ContextItem? = nil, share: LogOdds) {
                self.part = part
                self.item = item
                self.share = share
            }
        }

        /// What is compared with thresholds, on the image's scale; never less than the image's own.
        package let score: Float
        /// The image first, the rest last; their sum is ``total``.
        package let shares: [Share]

        package init(score: Float, shares: [Share]) {
            self.score = score
            self.shares = shares
        }

        /// The log-odds of all of it.
        package var total: LogOdds { LogOdds(units: shares.reduce(0) { $0 &+ $1.share.units }) }
    }
}

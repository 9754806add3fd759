extension Finding {
    /// How a finding on a whole study came together from events about parts of it.
    package struct Revision: Sendable, Hashable {
        /// Why the study was read now.
        package typealias Closing = StudyClosing

        /// An event that has its one outcome in this finding.
        package struct Answer: Sendable, Hashable {
            package let event: EventIdentity
            /// Where it first stood.
            package let position: RecordPosition

            package init(event: EventIdentity, position: RecordPosition) {
                self.event = event
                self.position = position
            }
        }

        /// No study is revised more often. A record that tells of more was not written by a worker.
        package static let numberMax = StudyHistory.numberMax

        /// 1 for the first; rises by one with each finding or retraction of the study.
        package var number: Int
        /// The `record_digest` of the record before; nil for the first.
        package var previous: Digest?
        package var closing: Closing
        /// Whether all that the events say to expect is there.
        package var isComplete: Bool
        /// Series read, as far as instances name theirs.
        package var series: Int
        package var expectedSeries: Int?
        package var expectedInstances: Int?
        /// Required series that are not there.
        package var missing: Int
        /// The events that this finding answers, in order; at least one.
        package var answers: [Answer]
        /// Where the events stand that the study is made of, in order, those of earlier findings
        /// included.
        package var parts: [RecordPosition]

        package init(
            number: Int, previous: Digest?, closing: Closing, isComplete: Bool, series: Int,
            expectedSeries: Int?, expectedInstances: Int?, missing: Int, answers: [Answer],
            parts: [RecordPosition]
        ) {
            self.number = number
            self.previous = previous
            self.closing = closing
            self.isComplete = isComplete
            self.series = series
            self.expectedSeries = expectedSeries
            self.expectedInstances = expectedInstances
            self.missing = missing
            self.answers = answers
            self.parts = parts
        }
    }

    /// How a finding's classes have changed.
    package enum Change: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// The findings ask for more.
        case raised
        /// They ask for less: something was corrected or taken back.
        case takenBack = "taken_back"
        /// They ask for the same, by other answers.
        case answers
    }
}

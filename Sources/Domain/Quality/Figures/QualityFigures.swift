/// What may be said of a finding's quality by its counts. All of it follows from the counts as they
/// are shown, so that it tells nothing that they hide.
package struct QualityFigures: Sendable, Hashable {
    /// How it is told.
    package struct Telling: Sendable, Hashable {
        /// Counts below it, but for 0, are not told.
        package let smallBelow: Int
        /// Of fewer studies with a truth a share is unknown.
        package let thinBelow: Int
        /// Of the intervals.
        package let confidence: Double

        package init(smallBelow: Int, thinBelow: Int, confidence: Double = 0.95) {
            self.smallBelow = smallBelow
            self.thinBelow = thinBelow
            self.confidence = confidence
        }
    }

    /// A share of studies.
    package struct Share: Sendable, Hashable {
        /// Nil where its counts are not told.
        package let value: Double?
        package let interval: ClosedRange<Double>
    }

    /// What a share is where not all have a truth: no more than between which numbers it lies,
    /// whatever the truth of the others is.
    package enum Bounded: Sendable, Hashable {
        case unknown
        case within(ClosedRange<Double>)
        /// All have a truth.
        case known(Share)
    }

    /// Studies by the answer.
    package let studies: ShownCount
    package let flagged: ShownCount
    package let notFlagged: ShownCount
    package let abstained: ShownCount
    /// Studies with a truth, by answer and truth.
    package let withTruth: ShownCount
    package let confirmed: ShownCount
    package let refuted: ShownCount
    package let cleared: ShownCount
    package let missed: ShownCount
    package let missedAbstained: ShownCount
    /// Of which persons said both; they count as without a truth.
    package let disputed: ShownCount
    private let telling: Telling

    package init(_ counts: QualityCounts, _ telling: Telling) {
        let bound = telling.smallBelow
        let answers = ShownCount.of(
            [counts.flagged.studies, counts.notFlagged.studies, counts.abstained.studies],
            bound: bound)
        (studies, flagged, notFlagged, abstained) = (
            answers.sum, answers.parts[0], answers.parts[1], answers.parts[2]
        )
        let truths = ShownCount.of(
            [
                counts.flagged.present, counts.flagged.absent, counts.notFlagged.absent,
                counts.notFlagged.present, counts.abstained.present,
            ], bound: bound, kept: 2)
        (withTruth, confirmed, refuted) = (truths.sum, truths.parts[0], truths.parts[1])
        (cleared, missed, missedAbstained) = (truths.parts[2], truths.parts[3], truths.parts[4])
        disputed =
            ShownCount.of(
                [counts.flagged.disputed + counts.notFlagged.disputed + counts.abstained.disputed],
                bound: bound
            ).sum
        self.telling = telling
    }
}

extension QualityFigures {
    /// The share of studies without a truth, between which numbers it lies; nil without studies.
    package var withoutTruth: ClosedRange<Double>? {
        guard studies.range.lowerBound > 0 else { return nil }
        let most = Self.share(withTruth.range.upperBound, of: studies.range.lowerBound)
        let least = Self.share(withTruth.range.lowerBound, of: studies.range.upperBound)
        return (1 - most)...(1 - least)
    }

    /// Of flagged studies with a truth, those with the finding; nil: unknown.
    package var predictiveValue: Share? { share(confirmed, refuted) }

    /// Of studies with the finding that were answered, those that are flagged.
    package var sensitivity: Bounded {
        bounded(
            right: confirmed, wrong: missed, rightAnswers: flagged, wrongAnswers: notFlagged,
            refuted: refuted, cleared: cleared)
    }

    /// Of studies without the finding that were answered, those that are not flagged.
    package var specificity: Bounded {
        bounded(
            right: cleared, wrong: refuted, rightAnswers: notFlagged, wrongAnswers: flagged,
            refuted: missed, cleared: confirmed)
    }

    /// Of all studies with the finding, those that are flagged: what was abstained from counts as
    /// missed.
    package var sensitivityOfAll: ClosedRange<Double>? {
        guard case let answered = sensitivity, answered != .unknown else { return nil }
        let low = Self.share(
            confirmed.range.lowerBound,
            of: confirmed.range.lowerBound + notFlagged.range.upperBound
                - cleared.range.lowerBound + abstained.range.upperBound)
        let most = flagged.range.upperBound - refuted.range.lowerBound
        let high = Self.share(
            most, of: most + missed.range.lowerBound + missedAbstained.range.lowerBound)
        return min(low, high)...max(low, high)
    }

    /// A share of studies whose truth is known.
    private func share(_ hits: ShownCount, _ others: ShownCount) -> Share? {
        let (hit, other) = (hits.range, others.range)
        guard hit.lowerBound + other.lowerBound >= max(1, telling.thinBelow) else { return nil }
        let low = ShareInterval.midP(
            hits: hit.lowerBound, of: hit.lowerBound + other.upperBound,
            confidence: telling.confidence)
        let high = ShareInterval.midP(
            hits: hit.upperBound, of: hit.upperBound + other.lowerBound,
            confidence: telling.confidence)
        let value = hits.exact.flatMap { hits in
            others.exact.map { Self.share(hits, of: hits + $0) }
        }
        return Share(value: value, interval: low.lowerBound...high.upperBound)
    }

    /// A share whose studies are known in part: `right` of those with `rightAnswers`, `wrong` of
    /// those with `wrongAnswers`; `refuted` and `cleared` are the other way round.
    private func bounded(
        right: ShownCount, wrong: ShownCount, rightAnswers: ShownCount, wrongAnswers: ShownCount,
        refuted: ShownCount, cleared: ShownCount
    ) -> Bounded {
        guard let known = share(right, wrong) else { return .unknown }
        let low = Self.share(
            right.range.lowerBound,
            of: right.range.lowerBound + wrongAnswers.range.upperBound - cleared.range.lowerBound)
        let most = rightAnswers.range.upperBound - refuted.range.lowerBound
        let high = Self.share(most, of: most + wrong.range.lowerBound)
        guard low < high else { return .known(known) }
        return .within(low...high)
    }

    private static func share(_ hits: Int, of count: Int) -> Double {
        count > 0 ? min(1, max(0, Double(hits) / Double(count))) : 0
    }
}

internal import VigilCore

/// How a finding's scores of two studies are compared: by their log-odds, with the 95 % interval of
/// a difference of two measurements of one subject, ± 1.96 √2 s, where s is the standard deviation
/// of such measurements within an unchanged subject (Bland and Altman's repeatability: BMJ 1996;
/// 313:744, Stat Methods Med Res 1999; 8:135). Pure.
struct PriorRule: Sendable {
    /// 1.96 √2.
    private static let factor = 1.96 * 2.0.squareRoot()

    /// s of the log-odds; nil: not known.
    let spread: Double?

    /// - Parameter doubt: why the two studies are not compared at all; nil: they are.
    func change(
        from before: Finding.ImageScore?, to now: Finding.ImageScore,
        _ doubt: Finding.ScoreChange.Doubt?
    ) -> Finding.ScoreChange {
        func made(
            _ word: Finding.ScoreChange.Word, _ doubt: Finding.ScoreChange.Doubt? = nil,
            _ difference: Finding.Interval? = nil
        ) -> Finding.ScoreChange {
            Finding.ScoreChange(
                code: now.code, head: now.head, word: word, doubt: doubt, before: before,
                difference: difference)
        }
        if let doubt { return made(.unknown, doubt) }
        guard let before else { return made(.unknown, .notAsked) }
        let answers = [before.answer, now.answer]
        if answers.contains(.abstained) { return made(.unknown, .abstained) }
        if answers.contains(.flaggedByContext) { return made(.unknown, .flaggedByContext) }
        guard let (first, second) = logOdds(before, now) else {
            return made(.unknown, .noUsableScore)
        }
        guard let spread else { return made(.unknown, .noInterval) }
        let (value, half) = (second - first, Self.factor * spread)
        let interval = Finding.Interval(value: value, low: value - half, high: value + half)
        switch (before.answer, now.answer) {
        case (.notFlagged, .flagged):
            return interval.low > 0
                ? made(.newSince, nil, interval) : made(.unknown, .withinSpread, interval)
        case (.flagged, .notFlagged):
            return interval.high < 0
                ? made(.resolvedSince, nil, interval) : made(.unknown, .withinSpread, interval)
        default:
            return interval.low <= 0 && interval.high >= 0
                ? made(.unchanged, nil, interval) : made(.unknown, .scoreChanged, interval)
        }
    }

    /// Nil where one is at an end of the scale, beyond which it cannot tell.
    private func logOdds(
        _ before: Finding.ImageScore, _ now: Finding.ImageScore
    ) -> (Double, Double)? {
        func value(_ score: Finding.ImageScore) -> Double? {
            guard let probability = score.probability, probability > 0, probability < 1 else {
                return nil
            }
            return LogOdds(probability: Double(probability))?.value
        }
        guard let first = value(before), let second = value(now) else { return nil }
        return (first, second)
    }
}

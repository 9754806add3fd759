/// Scores of one label, sorted once, so that every resampling of the studies is measured in one
/// pass.
package struct RankedScores: Sendable {
    /// Bins of equal width for the calibration error; a bin holds its upper edge, as in
    /// scikit-learn.
    package static let binCount = 10

    /// Falling.
    package let scores: [Double]
    package let isPositive: [Bool]
    /// The patient of each, as an index of weights.
    let patients: [Int]
    private let bins: [Int]

    /// Takes studies in any order.
    package init(scores: [Double], isPositive: [Bool], patients: [Int]) {
        let order = scores.indices.sorted {
            (scores[$1], $0) < (scores[$0], $1)
        }
        self.scores = order.map { scores[$0] }
        self.isPositive = order.map { isPositive[$0] }
        self.patients = order.map { patients[$0] }
        bins = self.scores.map { Self.bin($0) }
    }

    /// How many studies there are.
    package var count: Int { scores.count }
    /// How many have the finding.
    package var positives: Int { isPositive.count { $0 } }

    /// The first bin whose upper edge is not below the score.
    static func bin(_ score: Double) -> Int {
        let edges = (1..<binCount).lazy.map { Double($0) * (1 / Double(binCount)) }
        return edges.prefix { $0 < score }.count
    }

    /// Whether the next study has another score, so that a threshold can lie between.
    private func isStep(_ index: Int) -> Bool {
        index + 1 == scores.count || scores[index + 1] != scores[index]
    }

    /// Everything that is measured.
    /// - Parameters:
    ///   - weights: how often each patient counts; nil: once.
    ///   - rules: where sensitivity and so on are taken; each threshold is found anew.
    ///   - prevalence: for the stated predictive values; nil: not wanted.
    package func measure(
        weights: [Double]? = nil, rules: [OperatingRule], prevalence: Double? = nil
    ) -> Measures {
        var totals = Counts()
        for index in scores.indices {
            totals.add(isPositive[index], weights.map { $0[patients[index]] } ?? 1)
        }
        var walk = Walk(rules: rules, totals: totals)
        var squares = 0.0
        var sums = [Bin](repeating: Bin(), count: Self.binCount)
        for index in scores.indices {
            let weight = weights.map { $0[patients[index]] } ?? 1
            let truth: Double = isPositive[index] ? 1 : 0
            walk.counts.add(isPositive[index], weight)
            let error = scores[index] - truth
            squares += weight * error * error
            sums[bins[index]].add(score: scores[index], truth: truth, weight: weight)
            if isStep(index) { walk.step(scores[index]) }
        }
        let distance = sums.reduce(0) { $0 + abs($1.scores - $1.truths) }
        var measures = Measures(points: walk.points(), totals: totals, prevalence: prevalence)
        measures.set(.auroc, walk.area / (totals.positives * totals.negatives))
        measures.set(
            .averagePrecision, totals.positives > 0 ? walk.precision / totals.positives : .nan)
        measures.set(.brier, squares / totals.all)
        measures.set(.calibrationError, distance / totals.all)
        return measures
    }

    /// The area alone, which is the fastest.
    package func auroc(weights: [Double]? = nil) -> Double {
        measure(weights: weights, rules: []).values[Metric.auroc.place]
    }

    /// Steps of the curve as shares (of negatives, of positives) at or above each threshold, from
    /// (0, 0) to (1, 1).
    package var rocCurve: [(falsePositives: Double, truePositives: Double)] {
        let (positives, negatives) = (Double(positives), Double(count - positives))
        guard positives > 0, negatives > 0 else { return [] }
        var counts = Counts()
        var curve: [(falsePositives: Double, truePositives: Double)] = [(0, 0)]
        for index in scores.indices {
            counts.add(isPositive[index], 1)
            if isStep(index) {
                curve.append((counts.negatives / negatives, counts.positives / positives))
            }
        }
        return curve
    }

    /// The calibration curve: for each bin that is not empty, count, mean score and frequency.
    package var calibrationCurve: [CalibrationBin] {
        var sums = [Bin](repeating: Bin(), count: Self.binCount)
        for index in scores.indices {
            sums[bins[index]].add(
                score: scores[index], truth: isPositive[index] ? 1 : 0, weight: 1)
        }
        return sums.filter { $0.weights > 0 }.map {
            CalibrationBin(
                count: Int($0.weights), score: $0.scores / $0.weights,
                frequency: $0.truths / $0.weights)
        }
    }

    /// Net benefit of acting on scores of at least some thresholds (Vickers and Elkin 2006).
    package func netBenefit(at thresholds: [Double]) -> [Double] {
        thresholds.map { threshold in
            var counts = Counts()
            for index in scores.indices.prefix(while: { scores[$0] >= threshold }) {
                counts.add(isPositive[index], 1)
            }
            let odds = threshold / (1 - threshold)
            return (counts.positives - counts.negatives * odds) / Double(count)
        }
    }
}

/// One bin of a calibration curve.
package struct CalibrationBin: Sendable, Hashable {
    package let count: Int
    /// Mean score.
    package let score: Double
    /// The share with the finding.
    package let frequency: Double

    /// The frequency with its interval.
    func estimate(confidence: Double) -> Estimate {
        Estimate(
            value: frequency,
            interval: ProportionInterval.clopperPearson(
                hits: (frequency * Double(count)).rounded(), of: Double(count),
                confidence: confidence))
    }
}

/// Weighted counts of studies with and without the finding.
struct Counts: Sendable {
    var positives = 0.0
    var negatives = 0.0

    var all: Double { positives + negatives }

    mutating func add(_ isPositive: Bool, _ weight: Double) {
        if isPositive { positives += weight } else { negatives += weight }
    }
}

private struct Bin {
    var weights = 0.0
    var scores = 0.0
    var truths = 0.0

    mutating func add(score: Double, truth: Double, weight: Double) {
        weights += weight
        scores += weight * score
        truths += weight * truth
    }
}

/// Goes down the scores and keeps what the curves and operating points need.
private struct Walk {
    private let rules: [OperatingRule]
    private let totals: Counts
    var counts = Counts()
    private var before = Counts()
    /// Pairs in the right order, ties half.
    var area = 0.0
    /// Sum of precision over the steps of found positives.
    var precision = 0.0
    private var best: [Point]

    private struct Point {
        var threshold = Double.infinity
        var counts = Counts()
        var isFound = false
    }

    init(rules: [OperatingRule], totals: Counts) {
        self.rules = rules
        self.totals = totals
        best = Array(repeating: Point(), count: rules.count)
    }

    /// Ends the studies of one score.
    mutating func step(_ score: Double) {
        let found = counts.positives - before.positives
        let wrong = counts.negatives - before.negatives
        guard found + wrong > 0 else { return }
        area += wrong * (before.positives + found / 2)
        precision += found * counts.positives / counts.all
        before = counts
        for index in rules.indices where isBetter(index, score) {
            best[index] = Point(threshold: score, counts: counts, isFound: true)
        }
    }

    /// Whether the counts so far suit a rule better than those before. Shares are compared with
    /// some room for rounding: 0.9 of 10 is not quite 9 in binary.
    private func isBetter(_ index: Int, _ score: Double) -> Bool {
        let room = 1e-9
        let old = best[index]
        switch rules[index] {
        case .threshold(let threshold):
            return score >= threshold
        case .sensitivity(let share):
            return !old.isFound && counts.positives >= share * totals.positives - room
        case .specificity(let share):
            return totals.negatives - counts.negatives >= share * totals.negatives - room
        case .youden:
            return youden(counts) > youden(old.counts) + room
        }
    }

    private func youden(_ counts: Counts) -> Double {
        counts.positives / totals.positives - counts.negatives / totals.negatives
    }

    /// Thresholds and counts of each rule.
    func points() -> [(threshold: Double, counts: Counts)] {
        rules.indices.map { index in
            if case .threshold(let threshold) = rules[index] {
                return (threshold, best[index].counts)
            }
            return (best[index].threshold, best[index].counts)
        }
    }
}

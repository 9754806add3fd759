import Context
import Evaluation
import Tuning
import VigilCore

/// Fits one finding's weights for what is known of patients, and measures on studies that the
/// weights have not seen whether they gain anything.
struct ContextTuner {
    /// A study with its truth, the image's score, and what is known of the patient.
    struct Study {
        let score: Double
        let isPositive: Bool
        let patient: Int
        let values: [ContextValue]
    }

    /// What became of a finding.
    struct Outcome {
        let code: String
        let studies: Int
        let positives: Int
        /// Nil where there is too little to measure.
        let gain: ContextFit.Gain?
        /// Mean losses of the image's own score and of the whole, over studies not seen.
        let loss: (image: Double, fused: Double)?
        /// Nil: context stays off.
        let fit: ContextFit?
    }

    /// With fewer studies on a side nothing is fitted: a fold would have next to none.
    static let leastCount = 25
    private static let foldCount = 5
    /// An item must be known of so many studies.
    private static let knownMin = 20
    private static let penalty = 1.0

    let seed: UInt64
    /// Of an interval of the gain.
    let confidence: Double

    /// The outcome of one finding.
    func tune(_ code: String, _ studies: [Study]) -> Outcome {
        let positives = studies.count { $0.isPositive }
        guard min(positives, studies.count - positives) >= Self.leastCount else {
            return Outcome(
                code: code, studies: studies.count, positives: positives, gain: nil, loss: nil,
                fit: nil)
        }
        let isPositive = studies.map(\.isPositive)
        let fused = unseen(code, studies)
        let test = DelongTest(
            first: fused.map(\.raised), second: studies.map(\.score), isPositive: isPositive,
            patients: studies.map(\.patient))
        let gain = test.flatMap { test in
            test.interval(confidence: confidence).map { interval in
                ContextFit.Gain(
                    studies: studies.count, positives: positives, image: test.second,
                    fused: test.first, low: interval.lowerBound, high: interval.upperBound)
            }
        }
        let images = studies.map { LogOdds(probability: $0.score)?.value ?? 0 }
        let loss = (
            MonotoneLogistic.loss(images, isPositive: isPositive),
            MonotoneLogistic.loss(fused.map(\.total), isPositive: isPositive)
        )
        let isOn = gain.map { $0.low > 0 } ?? false
        return Outcome(
            code: code, studies: studies.count, positives: positives, gain: gain, loss: loss,
            fit: isOn ? gain.flatMap { fit(code, studies, $0) } : nil)
    }

    /// For each study what weights say that were fitted without its patient and a fifth of the
    /// others.
    private func unseen(_ code: String, _ studies: [Study]) -> [(raised: Double, total: Double)] {
        var random = SplitMix64(seed: seed)
        let patients = Set(studies.map(\.patient)).sorted().shuffled(using: &random)
        let folds = Dictionary(
            uniqueKeysWithValues: patients.enumerated().map { ($1, $0 % Self.foldCount) })
        let fits = (0..<Self.foldCount).map { fold in
            fit(code, studies.filter { folds[$0.patient] != fold }, Self.noGain)
        }
        return studies.map { study in
            let alone = LogOdds(probability: study.score)?.value ?? 0
            guard let fit = folds[study.patient].flatMap({ fits[$0] }) else {
                return (study.score, alone)
            }
            // Without context the worker leaves a score as it is; its loss is told all the same.
            let fused = fit.fused(study.score, with: study.values)
            return (
                fused?.raised ?? study.score,
                fused?.total.value ?? fit.slope * alone + fit.intercept
            )
        }
    }

    private static let noGain = ContextFit.Gain(
        studies: 0, positives: 0, image: 0, fused: 0, low: 0, high: 0)

    /// Weights of these studies; nil where no item is known of enough of them or points the way
    /// that medicine says.
    private func fit(
        _ code: String, _ studies: [Study], _ gain: ContextFit.Gain
    ) -> ContextFit? {
        let images = studies.map { LogOdds(probability: $0.score)?.value ?? 0 }
        var terms: [ContextTerm] = []
        // An image's score counts whatever else is known, and never the other way round.
        var columns = [MonotoneLogistic.Column(images, bounds: 0.05...50, penalty: 1e-9)]
        for item in ContextItem.allCases {
            guard let term = Self.scale(item, studies) else { continue }
            terms.append(term)
            columns.append(
                MonotoneLogistic.Column(
                    studies.map { study in
                        study.values.first { $0.item == item }
                            .flatMap { term.distance(of: $0.value) } ?? 0
                    }, bounds: Self.bounds(item), penalty: Self.penalty))
        }
        let fitted = MonotoneLogistic(columns, isPositive: studies.map(\.isPositive))
        let weighed = zip(terms, fitted.weights.dropFirst()).compactMap { term, weight in
            weight == 0 ? nil : term.with(weight: weight)
        }
        guard !weighed.isEmpty, let slope = fitted.weights.first else { return nil }
        return ContextFit(
            code: code, head: nil, intercept: fitted.intercept, slope: slope, terms: weighed,
            gain: gain)
    }

    private static func bounds(_ item: ContextItem) -> ClosedRange<Double> {
        switch item.direction {
        case 1: 0...20
        case -1: -20...0
        default: -20...20
        }
    }

    /// The middle and spread of an item's values.
    private static func scale(_ item: ContextItem, _ studies: [Study]) -> ContextTerm? {
        let scale = ContextTerm.scale(of: item)
        let known = studies.compactMap { study in
            study.values.first { $0.item == item }
                .flatMap { ContextTerm.scaled($0.value, scale) }
        }
        guard known.count >= knownMin else { return nil }
        let mean = known.reduce(0, +) / Double(known.count)
        let square = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let spread = (square / Double(known.count)).squareRoot()
        // What is there or not adds nothing where it is not there.
        if item.part == .reason {
            return ContextTerm(item: item, scale: scale, center: 0, spread: 1, weight: 0)
        }
        guard spread > 1e-6 else { return nil }
        return ContextTerm(item: item, scale: scale, center: mean, spread: spread, weight: 0)
    }
}

extension ContextTerm {
    fileprivate func with(weight: Double) -> ContextTerm {
        ContextTerm(item: item, scale: scale, center: center, spread: spread, weight: weight)
    }
}

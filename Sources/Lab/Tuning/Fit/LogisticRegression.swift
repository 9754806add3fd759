internal import VigilCore

/// Fits a linear probe: logistic regression with an L2 penalty by L-BFGS, all labels side by side.
///
/// The same studies in the same order give the same bits; nothing is random.
package struct LogisticRegression: Sendable {
    private let options: LogisticOptions

    package init(_ options: LogisticOptions = LogisticOptions()) { self.options = options }

    /// Fits every label.
    /// - Parameters:
    ///   - studies: what is learned from; each label needs studies with and without it.
    ///   - validation: for early stopping.
    ///   - names: of the labels, for errors.
    ///   - progress: told after each pass how many labels are done, and how many passes were made.
    package func fit(
        _ studies: LabelledStudies, validation: LabelledStudies? = nil, names: [String],
        progress: (_ done: Int, _ passes: Int) -> Void = { _, _ in }
    ) throws(TuningError) -> [LinearHead] {
        for (label, name) in names.enumerated() {
            let (with, without) = studies.counts(of: label)
            guard with > 0, without > 0 else {
                throw .tooFew(label: SafeText(operatorProvided: name), side: "training")
            }
        }
        // Weights of centred columns are the same, since the intercept is free; and the search
        // takes far fewer steps.
        let means = studies.embeddings.mean()
        var fit = Fit(
            centred(studies, means), validation: validation.map { centred($0, means) },
            options: options)
        var passes = 0
        while fit.step() {
            passes += 1
            progress(fit.done, passes)
        }
        return fit.heads(means: means)
    }

    /// The mean loss of a head on studies that it need not have learned from, without penalty.
    package static func loss(
        of head: LinearHead, on studies: LabelledStudies, label: Int
    ) -> Double {
        let problem = LogisticProblem(
            studies, options: LogisticOptions(), penalty: false, sites: head.siteBiases.count)
        let point = head.weights + [head.bias] + head.siteBiases
        return problem.evaluate([point], labels: [label]).first?.value ?? .nan
    }

    private func centred(_ studies: LabelledStudies, _ means: [Double]) -> LabelledStudies {
        LabelledStudies(
            embeddings: studies.embeddings.subtracting(means), labels: studies.labels,
            sites: studies.sites)
    }
}

/// The searches of all labels.
private struct Fit {
    private let problem: LogisticProblem
    private let validation: LogisticProblem?
    private let patience: Int
    private let width: Int
    private var searches: [LbfgsSearch]
    /// The point of least validation loss of each label, and its step.
    private var best: [(loss: Double, point: [Double], step: Int)]

    init(_ studies: LabelledStudies, validation: LabelledStudies?, options: LogisticOptions) {
        let sites = studies.siteCount
        let problem = LogisticProblem(studies, options: options, sites: sites)
        self.problem = problem
        self.validation =
            options.patience == nil
            ? nil
            : validation.map {
                LogisticProblem($0, options: options, penalty: false, sites: sites)
            }
        patience = options.patience ?? .max
        width = studies.embeddings.width
        let start = [Double](repeating: 0, count: problem.size)
        searches = studies.labels.indices.map { label in
            LbfgsSearch(
                start: start,
                tolerance: options.tolerance ?? 1e-4 * min(problem.curvature(of: label), 1e-2),
                iterationsMax: options.iterationsMax)
        }
        best = studies.labels.map { _ in (.infinity, start, 0) }
    }

    /// Labels that are done.
    var done: Int { searches.count { $0.isDone } }

    /// One pass over the data for all labels that are not done; false when there is none.
    mutating func step() -> Bool {
        let active = searches.indices.filter { !searches[$0].isDone }
        guard !active.isEmpty else { return false }
        let found = problem.evaluate(active.map { searches[$0].trial }, labels: active)
        var moved: [Int] = []
        for (label, evaluation) in zip(active, found)
        where searches[label].receive(value: evaluation.value, gradient: evaluation.gradient) {
            moved.append(label)
        }
        validate(moved)
        return true
    }

    private mutating func validate(_ labels: [Int]) {
        guard let validation, !labels.isEmpty else { return }
        let found = validation.evaluate(labels.map { searches[$0].point }, labels: labels)
        for (label, evaluation) in zip(labels, found) {
            let step = searches[label].iterations
            if evaluation.value < best[label].loss {
                best[label] = (evaluation.value, searches[label].point, step)
            } else if step - best[label].step >= patience {
                searches[label].stop()
            }
        }
    }

    func heads(means: [Double]) -> [LinearHead] {
        searches.indices.map { label in
            let isBest = validation != nil && best[label].loss.isFinite
            let point = isBest ? best[label].point : searches[label].point
            let weights = Array(point[..<width])
            // (x - mean) · w + b = x · w + (b - mean · w)
            let shift = zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 }
            var head = LinearHead(weights: weights, bias: point[width] - shift)
            head.siteBiases = Array(point[(width + 1)...])
            head.iterations = isBest ? best[label].step : searches[label].iterations
            head.loss = searches[label].value
            return head
        }
    }
}

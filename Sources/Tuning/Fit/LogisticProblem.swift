#if canImport(Glibc)
    internal import Glibc
#endif

/// The mean loss of logistic regression and its gradient, for several labels in one pass over the
/// embeddings.
///
/// A label's parameters are width weights, then the intercept, then one intercept a site.
struct LogisticProblem {
    private let studies: LabelledStudies
    /// For each label and row: how much it counts; 0 where nothing is known.
    private let weights: [[Double]]
    /// Sum of a label's weights.
    private let totals: [Double]
    private let strength: Double
    private let sites: Int

    /// Parameters of a label.
    var size: Int { studies.embeddings.width + 1 + sites }

    /// - Parameter penalty: false leaves the penalty out, as for validation.
    init(_ studies: LabelledStudies, options: LogisticOptions, penalty: Bool = true, sites: Int) {
        self.studies = studies
        self.sites = sites
        strength = penalty ? options.strength : .infinity
        weights = studies.labels.indices.map { label in
            let (with, without) = studies.counts(of: label)
            let all = Double(with + without)
            let (heavy, light) =
                options.isBalanced
                ? (all / Double(2 * max(1, with)), all / Double(2 * max(1, without))) : (1, 1)
            return studies.labels[label].map { $0.map { $0 ? heavy : light } ?? 0 }
        }
        totals = weights.map { $0.reduce(0, +) }
    }

    /// The least curvature of a label's loss, which its penalty gives.
    func curvature(of label: Int) -> Double { 1 / (strength * totals[label]) }

    /// A value with its gradient.
    struct Evaluation {
        var value = 0.0
        var gradient: [Double]
    }

    /// - Parameters:
    ///   - points: parameters of each label.
    ///   - labels: which of the labels they are.
    func evaluate(_ points: [[Double]], labels: [Int]) -> [Evaluation] {
        let x = studies.embeddings
        let (stride, width, count) = (x.stride, x.width, labels.count)
        var out = points.map { Evaluation(gradient: [Double](repeating: 0, count: $0.count)) }
        var w = [Float](repeating: 0, count: count * stride)
        for (place, point) in points.enumerated() {
            for column in 0..<width { w[place * stride + column] = Float(point[column]) }
        }
        var block = [Float](repeating: 0, count: LinearKernel.rows * count)
        var gradient = [Float](repeating: 0, count: count * stride)
        for start in Swift.stride(from: 0, to: x.count, by: LinearKernel.rows) {
            let rows = min(LinearKernel.rows, x.count - start)
            x.elements.withUnsafeBufferPointer { x in
                guard let x = x.baseAddress else { return }
                LinearKernel.forward(
                    x + start * stride, count: rows, stride: stride, weights: w, labels: count,
                    logits: &block)
                for row in 0..<rows {
                    for place in 0..<count {
                        residual(
                            &block[row * count + place], row: start + row, label: labels[place],
                            point: points[place], into: &out[place])
                    }
                }
                LinearKernel.backward(
                    x + start * stride, count: rows, stride: stride, residuals: block,
                    labels: count, gradient: &gradient)
            }
            for place in 0..<count {
                for column in 0..<width {
                    out[place].gradient[column] += Double(gradient[place * stride + column])
                }
            }
        }
        for place in 0..<count { finish(&out[place], points[place], labels[place]) }
        return out
    }

    /// Turns a product into the loss' slope by the logit, and adds loss and slope of intercepts.
    private func residual(
        _ logit: inout Float, row: Int, label: Int, point: [Double], into out: inout Evaluation
    ) {
        let width = studies.embeddings.width
        let weight = weights[label][row]
        guard weight > 0 else {
            logit = 0
            return
        }
        var z = Double(logit) + point[width]
        let site = studies.sites.map { $0[row] }
        if let site, site < sites { z += point[width + 1 + site] }
        let truth = studies.labels[label][row] == true
        // log(1 + exp(-|z|)) does not overflow.
        let small = exp(-abs(z))
        out.value += weight * (log1p(small) + max(0, truth ? -z : z))
        let probability = z >= 0 ? 1 / (1 + small) : small / (1 + small)
        let slope = weight * (probability - (truth ? 1 : 0))
        logit = Float(slope)
        out.gradient[width] += slope
        if let site, site < sites { out.gradient[width + 1 + site] += slope }
    }

    /// Makes means of sums and adds the penalty.
    private func finish(_ out: inout Evaluation, _ point: [Double], _ label: Int) {
        let width = studies.embeddings.width
        let share = 1 / totals[label]
        out.value *= share
        for index in out.gradient.indices { out.gradient[index] *= share }
        guard strength.isFinite else { return }
        for index in point.indices where index != width {
            out.value += 0.5 * curvature(of: label) * point[index] * point[index]
            out.gradient[index] += curvature(of: label) * point[index]
        }
    }
}

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
    /// Whether it is there.
    private let truths: [[Bool]]
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
        truths = studies.labels.map { label in label.map { $0 == true } }
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
        var sums = [Double](repeating: 0, count: count * stride)
        for start in Swift.stride(from: 0, to: x.count, by: LinearKernel.rows) {
            let rows = start..<min(start + LinearKernel.rows, x.count)
            x.elements.withUnsafeBufferPointer { x in
                guard let x = x.baseAddress else { return }
                LinearKernel.forward(
                    x + start * stride, count: rows.count, stride: stride, weights: w,
                    labels: count, logits: &block)
                for place in 0..<count {
                    residuals(
                        &block, place: place, of: count, rows: rows, label: labels[place],
                        point: points[place], into: &out[place])
                }
                LinearKernel.backward(
                    x + start * stride, count: rows.count, stride: stride, residuals: block,
                    labels: count, gradient: &gradient)
            }
            LinearKernel.add(gradient, count: gradient.count, to: &sums)
        }
        for place in 0..<count {
            let columns = place * stride..<place * stride + width
            out[place].gradient.replaceSubrange(0..<width, with: sums[columns])
            finish(&out[place], points[place], labels[place])
        }
        return out
    }

    /// Turns a label's products into the loss' slopes by the logit, and adds loss and slopes of
    /// intercepts.
    private func residuals(
        _ block: inout [Float], place: Int, of count: Int, rows: Range<Int>, label: Int,
        point: [Double], into out: inout Evaluation
    ) {
        let width = studies.embeddings.width
        let (weights, truths) = (weights[label], truths[label])
        var (value, sum) = (0.0, 0.0)
        for row in rows {
            let index = (row - rows.lowerBound) * count + place
            guard weights[row] > 0 else {
                block[index] = 0
                continue
            }
            var z = Double(block[index]) + point[width]
            let site = studies.sites.map { width + 1 + $0[row] } ?? point.count
            if site < point.count { z += point[site] }
            // log(1 + exp(-|z|)) does not overflow.
            let small = exp(-abs(z))
            value += weights[row] * (log1p(small) + max(0, truths[row] ? -z : z))
            let probability = z >= 0 ? 1 / (1 + small) : small / (1 + small)
            let slope = weights[row] * (probability - (truths[row] ? 1 : 0))
            block[index] = Float(slope)
            sum += slope
            if site < point.count { out.gradient[site] += slope }
        }
        out.value += value
        out.gradient[width] += sum
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

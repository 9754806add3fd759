internal import Tensor
internal import VigilCore

/// A trained classifier on an embedding: for each label a sigmoid, and where the model states an
/// operating point, the sigmoid bent so that the point lies at one half (TorchXRayVision's
/// `op_norm`).
package struct LabelHead: ScoringHead {
    /// What the outputs stand for, but for those that were not trained.
    package let labels: [String]
    private let engine: Engine
    private let width: Int
    private let weights: FloatBuffer
    private let bias: FloatBuffer
    private let outputs: [Output]

    private struct Output: Sendable {
        let row: Int
        let code: String
        let threshold: Threshold
    }

    private enum Threshold: Sendable {
        case none
        /// The model says nothing of this label.
        case unknown
        case value(Float)
    }

    /// - Parameters:
    ///   - tensors: weights of [outputs, embedding width, …], further ones of 1, and bias.
    ///   - all: what each output stands for; empty: it was not trained.
    ///   - thresholds: the operating point of each output, nil where nothing is said; empty: none.
    /// - Returns: nil without labels: the model has no classifier then.
    static func make(
        _ loader: WeightLoader, _ tensors: [ClipTensors.Tensor], labels: [String],
        thresholds: [Float?] = [], engine: Engine
    ) throws(ModelError) -> LabelHead? {
        guard !labels.isEmpty else { return nil }
        return try LabelHead(
            loader, tensors, labels: labels, thresholds: thresholds, engine: engine)
    }

    private init(
        _ loader: WeightLoader, _ tensors: [ClipTensors.Tensor], labels all: [String],
        thresholds: [Float?], engine: Engine
    ) throws(ModelError) {
        width = tensors[0].shape[1]
        weights = try loader.floats(tensors[0].name, shape: tensors[0].shape)
        bias = try loader.floats(tensors[1].name, shape: tensors[1].shape)
        self.engine = engine
        outputs = all.indices.filter { !all[$0].isEmpty }.map {
            let threshold =
                thresholds.isEmpty ? .none : thresholds[$0].map { .value($0) } ?? Threshold.unknown
            return Output(row: $0, code: FindingCode.of(label: all[$0]), threshold: threshold)
        }
        labels = outputs.map { all[$0.row] }
    }

    /// The codes of ``labels``, in their order.
    package var codes: [String] { outputs.map(\.code) }

    /// Indices of ``labels`` of which the model states no operating point where it states one of
    /// others: outputs that were not trained, whose probability is always one half.
    package var untrained: Set<Int> {
        Set(
            outputs.indices.filter {
                if case .unknown = outputs[$0].threshold { true } else { false }
            })
    }

    /// The scores of one image, in the order of ``labels``. There are no cosines.
    package func scores(
        _ embedding: UnsafeBufferPointer<Float>
    ) throws(ModelError) -> [FindingScore] {
        guard embedding.count == width, let image = embedding.baseAddress else {
            throw .wrongSize(what: "an embedding", expected: width, found: embedding.count)
        }
        return outputs.enumerated().map { index, output in
            let row = weights.base + output.row * width
            let logit = engine.dot(image, row, count: width) + bias.elements[output.row]
            return FindingScore(
                finding: index, code: output.code, positiveCosine: .nan, negativeCosine: .nan,
                logitDifference: logit, probability: probability(logit, output.threshold))
        }
    }

    /// A label's logit as a linear function of the embedding; nil of a code that is no label's.
    func linearRow(_ code: String) -> LinearRow? {
        guard let output = outputs.first(where: { $0.code == code }) else { return nil }
        let row = weights.base + output.row * width
        return LinearRow(
            direction: (0..<width).map { Double(row[$0]) },
            bias: Double(bias.elements[output.row]))
    }

    private func probability(_ logit: Float, _ threshold: Threshold) -> Float {
        // The sigmoid is the second half of a softmax over (0, logit).
        var pair: [Float] = [0, logit]
        engine.softmax(&pair, rows: 1, width: 2)
        return Self.normalized(pair[1], threshold: threshold)
    }

    private static func normalized(_ probability: Float, threshold: Threshold) -> Float {
        switch threshold {
        case .none: probability
        case .unknown: 0.5
        case .value(let point) where probability < point: probability / (point * 2)
        case .value(let point): 1 - (1 - probability) / ((1 - point) * 2)
        }
    }
}

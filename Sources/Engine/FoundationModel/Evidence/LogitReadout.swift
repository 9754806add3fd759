internal import Tensor
internal import VigilCore

/// A finding's logit as a linear function of the embedding: direction · embedding + bias.
package struct LogitReadout: Sendable {
    /// The finding's code.
    let code: String
    /// [embedding width].
    let direction: [Double]
    let bias: Double
    /// Of an ensemble, whose logit is their mean, those of its members; none of one model.
    var members: [LogitReadout] = []
    /// Finds the score among those of an image's result.
    let score: @Sendable (ImageResult) -> EvidenceScore?

    /// Takes all parts.
    /// - Parameters:
    ///   - direction: [embedding width].
    ///   - score: finds the score that is explained among an image's; nil: it is not there.
    package init(
        code: String, direction: [Double], bias: Double,
        score: @escaping @Sendable (ImageResult) -> EvidenceScore?
    ) {
        self.code = code
        self.direction = direction
        self.bias = bias
        self.score = score
    }
}

extension ImageClassifier {
    /// How a finding's logit is read off the embedding.
    /// - Parameters:
    ///   - code: the finding's.
    ///   - adapter: the name of an adapter's head; nil: the prompts, or the labels that the model
    ///     was published with.
    /// - Throws: ``ModelError/noEvidence(reason:)`` when nothing linear gives that finding.
    package func readout(of code: String, adapter: String?) throws(ModelError) -> LogitReadout {
        if let adapter {
            guard let place = heads.firstIndex(where: { $0.identity.name == adapter }) else {
                throw .noEvidence(reason: "the model has no head of that name")
            }
            guard let label = heads[place].labels.firstIndex(where: { $0.code == code }) else {
                throw .noEvidence(reason: "the head does not know that finding")
            }
            guard let row = try heads[place].linearRow(label) else {
                throw .noEvidence(reason: "the head is not linear")
            }
            return LogitReadout(code: code, direction: row.direction, bias: row.bias) { result in
                result.headScores.first { $0.head == place && $0.label == label }
                    .map { EvidenceScore(logit: $0.logit, probability: $0.probability) }
            }
        }
        if !members.isEmpty {
            var readout = LogitReadout(
                code: code, direction: [], bias: 0, score: Self.score(of: code))
            for member in members {
                readout.members.append(try member.readout(of: code, adapter: nil))
            }
            return readout
        }
        guard let row = head?.linearRow(code) ?? labels?.linearRow(code) else {
            throw .noEvidence(reason: "the model has no prompts or label for that finding")
        }
        return LogitReadout(
            code: code, direction: row.direction, bias: row.bias, score: Self.score(of: code))
    }

    /// Finds the score of prompts or of the model's own labels.
    private static func score(
        of code: String
    ) -> @Sendable (ImageResult) -> EvidenceScore? {
        { result in
            result.scores.first { $0.code == code }
                .map { EvidenceScore(logit: $0.logitDifference, probability: $0.probability) }
        }
    }
}

/// One row of a linear head.
struct LinearRow {
    let direction: [Double]
    let bias: Double
}

extension ScoreRule {
    /// The logit as a function of the embedding, given the unit directions of both sides.
    func row(
        positive: UnsafePointer<Float>, negative: UnsafePointer<Float>, width: Int
    ) -> LinearRow {
        let isPair = bias == nil
        return LinearRow(
            direction: (0..<width).map {
                Double(scale) * (Double(positive[$0]) - (isPair ? Double(negative[$0]) : 0))
            }, bias: Double(bias ?? 0))
    }
}

internal import VigilCore

/// The heads of an ensemble's members: the mean of their scores, as CheXzero averages over its
/// checkpoints.
struct EnsembleHead: ScoringHead {
    private let members: [(head: any ScoringHead, width: Int)]

    /// - Parameter members: heads of the same findings in the same order, each with the columns of
    ///   its model's embedding.
    init(_ members: [(head: any ScoringHead, width: Int)]) {
        self.members = members
    }

    func scores(
        _ embedding: UnsafeBufferPointer<Float>
    ) throws(ModelError) -> [FindingScore] {
        let width = members.reduce(0) { $0 + $1.width }
        try BufferSize.check("an embedding", expected: (1, width), found: embedding.count)
        var all: [[FindingScore]] = []
        var start = 0
        for member in members {
            let part = embedding[start..<start + member.width]
            all.append(try member.head.scores(UnsafeBufferPointer(rebasing: part)))
            start += member.width
        }
        return (all.first ?? []).indices.map { index in
            let scores = all.map { $0[index] }
            func mean(_ part: (FindingScore) -> Float) -> Float {
                Float(scores.reduce(0.0) { $0 + Double(part($1)) } / Double(scores.count))
            }
            return FindingScore(
                finding: scores[0].finding, code: scores[0].code,
                positiveCosine: mean(\.positiveCosine), negativeCosine: mean(\.negativeCosine),
                logitDifference: mean(\.logitDifference), probability: mean(\.probability))
        }
    }
}

package import VigilCore

extension StratumRule {
    /// The answer to a score. Total: what is no number of 0...1 abstains, and a greater score is
    /// never answered less urgently.
    package func answer(to score: Float?) -> Finding.Answer {
        guard let score, (0...1).contains(score) else { return .abstained([.noUsableScore]) }
        if score >= flagging.from { return .flagged }
        switch clearing {
        case .below(let threshold, _):
            return score < threshold ? .notFlagged : .abstained([.uncertain])
        case .refused(.tooFewPositives): return .abstained([.tooFewPositives])
        case .refused: return .abstained([.uncertain])
        }
    }
}

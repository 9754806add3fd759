import VigilCore

/// The best image so far for one finding.
struct BestScore {
    let code: String
    let head: String?
    let label: String
    var score: FindingScore?
    var place: FindingAssessment.Evidence?
    var unusable = 0
    /// Why nothing is said of the image.
    private var refused: Finding.Abstention?

    /// Why nothing is said of the finding.
    var abstention: Finding.Abstention? { score == nil ? .noUsableScore : refused }

    init(_ first: FindingScore) {
        (code, head, label) = (first.code, first.head, first.label)
    }

    mutating func take(
        _ new: FindingScore, at newPlace: FindingAssessment.Evidence,
        refused newRefused: Finding.Abstention?
    ) {
        guard new.isUsable else {
            unusable += 1
            return
        }
        // An image of which something may be said stands before all others.
        if refused != nil, newRefused == nil { score = nil }
        if score != nil, refused == nil, newRefused != nil { return }
        if let score, let place {
            let isBetter = new.probability > score.probability
            let isEarlierTie = new.probability == score.probability && newPlace < place
            guard isBetter || isEarlierTie else { return }
        }
        score = new
        place = newPlace
        refused = newRefused
    }
}

import VigilCore

/// The best image so far for one finding.
struct BestScore {
    let code: String
    let head: String?
    let label: String
    var score: FindingScore?
    var place: FindingAssessment.Evidence?
    var unusable = 0
    private var isOutside = true

    /// Why nothing is said of the finding.
    var abstention: Finding.Abstention? {
        score == nil ? .noUsableScore : isOutside ? .outsideTrainingDomain : nil
    }

    init(_ first: FindingScore) {
        (code, head, label) = (first.code, first.head, first.label)
    }

    mutating func take(
        _ new: FindingScore, at newPlace: FindingAssessment.Evidence,
        isOutside isNewOutside: Bool
    ) {
        guard new.isUsable else {
            unusable += 1
            return
        }
        // What lies within the domain stands before all that does not.
        if isOutside, !isNewOutside { score = nil }
        if !isOutside, isNewOutside { return }
        if let score, let place {
            let isBetter = new.probability > score.probability
            let isEarlierTie = new.probability == score.probability && newPlace < place
            guard isBetter || isEarlierTie else { return }
        }
        score = new
        place = newPlace
        isOutside = isNewOutside
    }
}

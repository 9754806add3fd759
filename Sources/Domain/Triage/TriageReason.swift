package import VigilCore

/// A reason for a priority, with a stable code and a sentence for a person.
package enum TriageReason: Sendable, Hashable {
    /// The label and priority of a positive finding, its probability and its operating point.
    case positive(label: SafeText, probability: Float, threshold: Float, asks: Priority)
    /// Scores were usable, and no finding was positive.
    case nothingPositive
    /// So many scores were no numbers in 0…1.
    case unusableScores(count: Int)
    /// No score at all was usable.
    case noUsableScore
    /// No image lies within what the model was trained on.
    case outsideTrainingDomain
    /// A gate of the model says nothing of any image, as they are no frontal views.
    case viewNotFrontal
    /// The same, as their black and white are exchanged.
    case invertedPolarity
    /// The same, as they are turned.
    case rotated
    /// The findings ask for more than was ordered, but the model is not validated.
    case notValidated(asks: Priority)
    /// The findings ask for less than a person ordered.
    case orderStands(Priority)
    /// The findings raised the priority.
    case raised(from: Priority, to: Priority)

    /// Stable name in snake case.
    package var code: SafeText {
        switch self {
        case .positive: "finding_positive"
        case .nothingPositive: "nothing_positive"
        case .unusableScores: "unusable_scores"
        case .noUsableScore: "no_usable_score"
        case .outsideTrainingDomain: "outside_training_domain"
        case .viewNotFrontal: "view_not_frontal"
        case .invertedPolarity: "inverted_polarity"
        case .rotated: "rotated"
        case .notValidated: "model_not_validated"
        case .orderStands: "order_stands"
        case .raised: "raised"
        }
    }

    /// One sentence.
    package var text: SafeText {
        switch self {
        case .positive(let label, let probability, let threshold, let asks):
            """
            \(label): probability \(Hundredths(probability)) reaches the operating point \
            \(Hundredths(threshold)), which asks for \(asks)
            """
        case .nothingPositive: "No finding reaches its operating point"
        case .unusableScores(let count): "\(count) scores of the model are not usable"
        case .noUsableScore: "The model gave no usable score; the ordered priority stands"
        case .outsideTrainingDomain:
            """
            No image lies within what the model was trained on: it abstains, and the ordered \
            priority stands
            """
        case .viewNotFrontal:
            """
            The images look like no frontal view: the model abstains, and the ordered priority \
            stands
            """
        case .invertedPolarity:
            """
            Black and white look exchanged: the model abstains, and the ordered priority stands
            """
        case .rotated: "The images look turned: the model abstains, and the ordered priority stands"
        case .notValidated(let asks):
            """
            The findings ask for \(asks), but the model is not validated; the ordered priority \
            stands
            """
        case .orderStands(let ordered): "The findings ask for less than the ordered \(ordered)"
        case .raised(let from, let to): "The findings raise the priority from \(from) to \(to)"
        }
    }
}

extension TriageReason {
    /// Why the model abstains from all findings: the first reason of theirs that is about the
    /// images, else that no score was usable.
    init(abstaining reasons: [Finding.Abstention]) {
        self =
            reasons.lazy.compactMap { reason -> TriageReason? in
                switch reason {
                case .outsideTrainingDomain: .outsideTrainingDomain
                case .viewNotFrontal: .viewNotFrontal
                case .invertedPolarity: .invertedPolarity
                case .rotated: .rotated
                default: nil
                }
            }.first ?? .noUsableScore
    }
}

/// A number in 0…1 with two decimals, rounded down so that 1.00 means 1.
private struct Hundredths: SafeToLog {
    let safeText: String

    init(_ value: Float) {
        let hundredths = Int((min(max(value, 0), 1) * 100).rounded(.down))
        let rest = hundredths % 100
        safeText = "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

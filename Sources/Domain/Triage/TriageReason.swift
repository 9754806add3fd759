package import VigilCore

/// A reason for a priority, with a stable code and a sentence for a person.
package enum TriageReason: Sendable, Hashable {
    /// The label and priority of a positive finding, its probability, that with what is known of
    /// the patient where something is, and its operating point.
    case positive(
        label: SafeText, probability: Float, withContext: Float? = nil, threshold: Float,
        asks: Priority)
    /// Scores were usable, and no finding was positive.
    case nothingPositive
    /// So many scores were no numbers in 0…1.
    case unusableScores(count: Int)
    /// Nothing is said of any finding; the most telling reason.
    case abstains(Finding.Abstention)
    /// Nothing is said of so many of the findings.
    case someAbstain(Int, of: Int)
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
        case .abstains(let why): SafeText(fixedMessage: why.rawValue)
        case .someAbstain: "findings_abstained"
        case .notValidated: "model_not_validated"
        case .orderStands: "order_stands"
        case .raised: "raised"
        }
    }

    /// One sentence.
    package var text: SafeText {
        switch self {
        case .positive(let label, let probability, nil, let threshold, let asks):
            """
            \(label): probability \(Hundredths(probability)) reaches the operating point \
            \(Hundredths(threshold)), which asks for \(asks)
            """
        case .positive(let label, let probability, let fused?, let threshold, let asks):
            """
            \(label): \(Hundredths(fused)) with what is known of the patient (image alone \
            \(Hundredths(probability))) reaches the operating point \(Hundredths(threshold)), \
            which asks for \(asks)
            """
        case .nothingPositive: "No finding reaches its operating point"
        case .unusableScores(let count): "\(count) scores of the model are not usable"
        case .abstains(let why): "\(why.sentence); the ordered priority stands"
        case .someAbstain(let count, let all): "Nothing is said of \(count) of \(all) findings"
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

extension Finding.Abstention {
    /// Why nothing is said, for a person, where that is so of all findings.
    fileprivate var sentence: SafeText {
        switch self {
        case .noUsableScore: "The model gave no usable score"
        case .outsideTrainingDomain:
            "No image lies within what the model was trained on: it abstains"
        case .uncertain: "The model is not sure of any finding"
        case .calibrationMissing: "No calibration speaks of the findings"
        case .calibrationExpired: "The calibration does not hold at this time"
        case .calibrationOfAnother: "The calibration is of another model"
        case .stratumUnknown: "The calibration knows no studies of this kind"
        case .tooFewPositives: "Too few studies with the findings were calibrated with"
        case .viewUnknown: "The view is not known"
        case .viewNotFrontal: "The images look like no frontal view: the model abstains"
        case .invertedPolarity: "Black and white look exchanged: the model abstains"
        case .rotated: "The images look turned: the model abstains"
        case .contextContradicts: "What is known of the patient contradicts the image"
        case .stopped: "Assessing is stopped"
        case .outsideEnvelope: "The model is outside of what may be changed"
        case .qualityAlarm: "An alarm stands against the calibration"
        }
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

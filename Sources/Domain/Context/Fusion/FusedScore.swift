package import VigilCore

/// A finding's score with what is known of the patient: a sum of parts on the log-odds, which is
/// the whole bit for bit.
package struct FusedScore: Sendable, Hashable {
    /// What one item adds.
    package struct Share: Sendable, Hashable {
        package let item: ContextItem
        package let share: LogOdds
    }

    /// The image's own score, as the model gave it.
    package let score: Double
    package let image: LogOdds
    /// What each item adds, in the order of the weights.
    package let items: [Share]
    /// What the weights add to every image alike.
    package let rest: LogOdds
    /// What is compared with thresholds, on the image's scale: the score that the image alone would
    /// need to say as much, where that is greater than its own. Context raises a score and never
    /// hides what the image shows.
    package let raised: Double

    /// The sum of all.
    package var total: LogOdds {
        LogOdds(units: items.reduce(image.units + rest.units) { $0 + $1.share.units })
    }

    /// By part, those without a share left out; their sum is ``total``.
    package var parts: [(part: ContextItem.Part, share: LogOdds)] {
        ContextItem.Part.allCases.compactMap { part in
            switch part {
            case .image: return (part, image)
            case .rest: return (part, rest)
            default:
                let own = items.filter { $0.item.part == part }
                guard !own.isEmpty else { return nil }
                return (part, LogOdds(units: own.reduce(0) { $0 + $1.share.units }))
            }
        }
    }
}
